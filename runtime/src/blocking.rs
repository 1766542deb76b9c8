//! Blocking calls for programs without an async runtime.
//! A small runtime in the background, started by the first call, serves all of them.

use std::io::{Cursor, Read};
use std::pin::Pin;
use std::sync::OnceLock;

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::answer::Sending;
use crate::bulk::SendingAll;
use crate::decode::Decode;
use crate::download::Download;
use crate::error::{Error, ErrorKind};
use crate::list::Listed;
use crate::page::{Items, Page, Pages};
use crate::records::Records;

/// Waits for whatever a client gives: `blocking::run(job.wait())`.
///
/// # Errors
/// Those of the future. Also when called from async code, where the thread must not wait: await it there.
pub fn run<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::new(ErrorKind::Setup, "waiting would block an async runtime: await the call instead"));
    }
    runtime()?.block_on(future)
}

fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    // A worker of its own, so that connections are looked after between calls too.
    let start = || Builder::new_multi_thread().worker_threads(1).thread_name("kontrakt").enable_all().build().ok();
    let runtime = RUNTIME.get_or_init(start).as_ref();
    runtime.ok_or_else(|| Error::new(ErrorKind::Setup, "no thread could be started"))
}

impl<T> Sending<T> {
    /// Waits for the answer.
    ///
    /// # Errors
    /// Those of the call. Also when called from async code: await it there.
    pub fn wait(self) -> Result<T, Error> {
        run(self)
    }
}

impl<O> SendingAll<O> {
    /// Waits for the outcomes.
    ///
    /// # Errors
    /// Those of the future. Also when called from async code: await it there.
    pub fn wait(self) -> Result<O, Error> {
        run(self)
    }
}

impl Download {
    /// Reads the file as any other: `std::io::copy(&mut file.into_reader(), &mut target)`.
    #[must_use]
    pub fn into_reader(self) -> DownloadReader {
        DownloadReader { file: self, piece: Cursor::default() }
    }
}

/// A file that is read while it arrives.
#[derive(Debug)]
pub struct DownloadReader {
    file: Download,
    piece: Cursor<Vec<u8>>,
}

impl Read for DownloadReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match run(self.file.try_next()).map_err(std::io::Error::other)? {
                None => return Ok(0),
                Some(piece) => self.piece = Cursor::new(piece),
            }
        }
    }
}

/// The items of a stream, waited for one by one.
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is advanced"]
pub struct Iter<S>(Option<S>);

impl<S: Stream<Item = Result<T, Error>> + Unpin, T> Iterator for Iter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = self.0.as_mut()?;
        let next = std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        // An error of `run` itself would come again and again, so it ends the iteration.
        match run(async { Ok(next.await) }) {
            Ok(item) => item,
            Err(error) => {
                self.0 = None;
                Some(Err(error))
            }
        }
    }
}

macro_rules! iterate {
    ($($stream:ident<T: $bound:ident> => $item:ty),*) => { $(
        impl<T: $bound> IntoIterator for $stream<T> {
            type Item = Result<$item, Error>;
            type IntoIter = Iter<Self>;

            fn into_iter(self) -> Iter<Self> {
                Iter(Some(self))
            }
        }
    )* };
}

iterate!(Items<T: Listed> => T, Pages<T: Listed> => Page<T>, Records<T: Decode> => T);
