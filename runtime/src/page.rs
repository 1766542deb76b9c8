//! Paged lists, as a stream of pages or of items.
//! Faulty paging is an error: pages that never end, are skipped, or are repeated.

use std::fmt;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::answer::{Answer, Answered, Sending, decode_at, missing_at};
use crate::call::Call;
use crate::decode::{Decode, DecodeError};
use crate::error::{Error, ErrorKind};
use crate::list::{Listed, Unreadable, parted};
use crate::scalar::Map;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items that can be read.
    pub items: Vec<T>,
    /// The items that cannot. Whoever leaves them out of account may lose them.
    pub unreadable: Vec<Unreadable>,
    /// The number of this page, from 1.
    pub number: u64,
    /// The number of pages; 0 or 1 for an empty list.
    pub pages: u64,
    /// The number of items on all pages, if the server tells.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// The number of items, those that cannot be read too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len() + self.unreadable.len()
    }

    /// Whether there is no item, not even one that cannot be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Listed> Answer for Page<T> {
    fn read(answer: &mut Answered<'_>) -> Result<Self, DecodeError> {
        let operation = &answer.reply.operation;
        let list = answer.body.at(operation.value).ok_or_else(|| missing_at(operation.value))?;
        let (items, mut unreadable) = parted(list, operation.value)?;
        for one in &mut unreadable {
            one.request_id = answer.request_id.map(str::to_owned);
            tracing::warn!(operation = operation.id, path = one.json_path(), "an item of a list cannot be read");
        }
        let mut page = Self { items, unreadable, number: 1, pages: 1, total: None };
        match answer.reply.api.paging.filter(|_| !operation.whole_list) {
            None => page.total = u64::try_from(page.len()).ok(),
            Some(paging) => {
                page.number = decode_at(answer.body, paging.current)?;
                page.pages = decode_at(answer.body, paging.pages)?;
                page.total = if paging.total.is_empty() { None } else { decode_at(answer.body, paging.total)? };
            }
        }
        Ok(page)
    }
}

impl<T: Listed> Call<Page<T>> {
    /// All items, page after page, from the page that the call asks for on, or from the first. Pages are as large as the
    /// server lets them be, unless the call says how large.
    pub fn items(self) -> Items<T> {
        Items {
            pages: self.pages(),
            page: Vec::new().into_iter(),
            unreadable: Vec::new().into_iter().peekable(),
            place: 0,
        }
    }

    /// All pages from the one that the call asks for on, or from the first.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self)
    }
}

impl<T> Call<T> {
    /// The same call, whose answer is a whole list that is read item by item.
    fn listing<U: Listed>(mut self) -> Items<U> {
        self.parts.operation.whole_list = true;
        self.answering::<Page<U>>().items()
    }
}

impl<T: Decode> Call<Vec<T>> {
    /// The items, each for itself: one that cannot be read is an error of its own, and the rest comes all the same.
    pub fn items(self) -> Items<T> {
        self.listing()
    }
}

impl<T: Decode> Call<Map<T>> {
    /// The entries with their keys, each for itself: one that cannot be read is an error of its own, and the rest comes
    /// all the same.
    pub fn items(self) -> Items<(String, T)> {
        self.listing()
    }
}

/// All pages of a list, each asked for when it is wanted.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    call: Call<Page<T>>,
    under_way: Option<Sending<Page<T>>>,
    /// The number of the next page; `None` at the end.
    next: Option<u64>,
    /// The number of the page that ended it.
    failed: Option<u64>,
    taken: u64,
    /// More pages than this are too many; known once the first page is.
    most: u64,
    total: Option<u64>,
    changed: bool,
    strict: bool,
}

impl<T: Listed> Pages<T> {
    fn new(mut call: Call<Page<T>>) -> Self {
        // Whoever wants all pages wants few of them.
        if let Some((size, most)) = call.operation().page_size
            && call.get_query(size).is_none()
        {
            call.set_query(size, most.to_string());
        }
        let asked = call.paging().and_then(|paging| call.get_query(paging.page)?.parse().ok());
        Self {
            call,
            under_way: None,
            next: Some(asked.unwrap_or(1)),
            failed: None,
            taken: 0,
            most: u64::MAX,
            total: None,
            changed: false,
            strict: false,
        }
    }

    /// Makes it an error when the number of items changes while they are read. Otherwise this is only noticed, since on
    /// a busy shop it is the rule: items may then come twice, or be missed where others were removed before them.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Whether the number of items has changed while they were read.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// The number of items on all pages, as the last page said.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The number of the page that comes next or, after an error, that could not be got: to go on from there later, give
    /// it to the call's `page`. `None` when all pages have come.
    #[must_use]
    pub fn next_page(&self) -> Option<u64> {
        self.next.or(self.failed)
    }

    /// The next page; `None` at the end.
    ///
    /// # Errors
    /// When the page cannot be got, or does not fit to those before.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    fn ask_for(&self, number: u64) -> Sending<Page<T>> {
        let mut call = self.call.clone();
        if let Some(paging) = call.paging() {
            // The first page is what comes without being asked for.
            if number > 1 || call.get_query(paging.page).is_some() {
                call.set_query(paging.page, number.to_string());
            }
        }
        call.send()
    }

    /// Takes note of a page and decides what comes after it.
    fn note(&mut self, asked: u64, page: &Page<T>) -> Result<(), Error> {
        let error = |message: String| Err(Error::new(ErrorKind::Paging, message));
        let last = page.number >= page.pages;
        if page.number != asked && !(page.is_empty() && last) {
            return error(format!("asked for page {asked}, got page {}", page.number));
        }
        if page.is_empty() && !last {
            return error(format!("page {asked} of {} is empty", page.pages));
        }
        if self.taken == 0 {
            // Lists grow while they are read, but not beyond all measure.
            self.most = page.pages.saturating_mul(2).saturating_add(100);
        }
        self.taken += 1;
        if self.taken > self.most {
            return error(format!("page {asked}, and still there is said to be more"));
        }
        if self.total.is_some() && self.total != page.total {
            tracing::warn!(before = self.total, now = page.total, "the list has changed while it was read");
            self.changed = true;
            if self.strict {
                return error("the list has changed while it was read".to_owned());
            }
        }
        self.total = page.total;
        self.next = if last { None } else { Some(asked + 1) };
        Ok(())
    }
}

impl<T: Listed> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(asked) = self.next else { return Poll::Ready(None) };
        let this = &mut *self;
        let mut under_way = this.under_way.take().unwrap_or_else(|| this.ask_for(asked));
        let Poll::Ready(result) = Pin::new(&mut under_way).poll(context) else {
            this.under_way = Some(under_way);
            return Poll::Pending;
        };
        let result = result.and_then(|page| this.note(asked, &page).map(|()| page));
        if result.is_err() {
            (this.next, this.failed) = (None, Some(asked));
        }
        Poll::Ready(Some(result))
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("call", &self.call).field("next", &self.next).finish_non_exhaustive()
    }
}

/// All items of a list, page after page, in their order.
///
/// An item that cannot be read is an error of its own, with [`item`](Error::item) to tell it by, and the next item comes
/// all the same. An error without an item is one of a page, and the last thing that comes.
///
/// A [`Stream`], and usable without its helpers:
///
/// ```
/// # use kontrakt_runtime::{Error, Items, Listed};
/// # async fn f<T: Listed>(mut items: Items<T>) -> Result<(), Error> {
/// loop {
///     match items.try_next().await {
///         Ok(Some(item)) => { /* ... */ }
///         Ok(None) => break,
///         // Put aside, for a person to look at.
///         Err(error) if error.item().is_some() => eprintln!("{error}"),
///         Err(error) => return Err(error),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    page: std::vec::IntoIter<T>,
    unreadable: Peekable<std::vec::IntoIter<Unreadable>>,
    /// The place on the page of what comes next.
    place: usize,
}

impl<T: Listed> Items<T> {
    /// Makes it an error when the number of items changes while they are read: see [`Pages::strict`].
    pub fn strict(mut self) -> Self {
        self.pages = self.pages.strict();
        self
    }

    /// Whether the number of items has changed while they were read.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.pages.has_changed()
    }

    /// The number of items on all pages, as the last page said; `None` before the first page.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }

    /// The number of the page that is asked for next or, after an error of a page, of the page that could not be got: see
    /// [`Pages::next_page`]. After the error of an item it is the page behind that item's: what is left of the item's own
    /// page is still to come from here.
    #[must_use]
    pub fn next_page(&self) -> Option<u64> {
        self.pages.next_page()
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// When the item cannot be read: then the next can be had all the same. When the page it stands on cannot be got, or
    /// does not fit to those before: then nothing more comes.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// All items that are left, in memory.
    ///
    /// # Errors
    /// See [`try_next`](Self::try_next). One item that cannot be read is enough, and the items so far are lost: for all
    /// that can be read use [`partition`](Self::partition).
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// All items that are left and can be read, and the errors of those that cannot, in memory.
    ///
    /// # Errors
    /// When a page cannot be got, or does not fit to those before. The items so far are lost.
    pub async fn partition(mut self) -> Result<(Vec<T>, Vec<Error>), Error> {
        let (mut items, mut errors) = (Vec::new(), Vec::new());
        loop {
            match self.try_next().await {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok((items, errors)),
                Err(error) if error.item().is_some() => errors.push(error),
                Err(error) => return Err(error),
            }
        }
    }

    /// What comes next of the page that is there.
    fn next_of_page(&mut self) -> Option<Result<T, Error>> {
        let place = self.place;
        self.place += 1;
        if let Some(one) = self.unreadable.next_if(|one| one.index() == place) {
            return Some(Err(Error::from(one).in_operation(self.pages.call.operation())));
        }
        self.page.next().map(Ok)
    }
}

impl<T: Listed> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.next_of_page() {
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    self.page = page.items.into_iter();
                    self.unreadable = page.unreadable.into_iter().peekable();
                    self.place = 0;
                }
            }
        }
    }
}

impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
