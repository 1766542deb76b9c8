//! Results of jobs: one JSON record per line, compressed or not, streamed.
//! Compression is detected from the first two bytes, since names and headers are often wrong.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead as _, Write as _};
use std::marker::PhantomData;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use flate2::write::MultiGzDecoder;
use futures_core::Stream;

use crate::decode::Decode;
use crate::error::{Error, ErrorKind};
use crate::http::Body;
use crate::list::Unreadable;
use crate::value::{Room, Tape, trimmed};

/// How a compressed stream begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A line that is longer is no record.
const LONGEST_LINE: usize = 64 << 20;

/// The records of a result, each read when it is wanted.
///
/// A record that cannot be read is an error of its own, which names the line; the next record can be read all the same.
/// When the stream breaks, that is the last error: what came before is not all there is.
#[must_use = "a stream does nothing until it is polled"]
pub struct Records<T> {
    body: Option<Body>,
    unpacker: Unpacker,
    /// What is unpacked and not yet read.
    text: Vec<u8>,
    /// How much of the text is read.
    read: usize,
    line: u64,
    room: Room,
    records: PhantomData<fn() -> T>,
}

impl<T: Decode> Records<T> {
    /// The records in a body.
    pub fn new(body: Body) -> Self {
        let unpacker = Unpacker::Undecided(Vec::new());
        Self {
            body: Some(body),
            unpacker,
            text: Vec::new(),
            read: 0,
            line: 0,
            room: Room::default(),
            records: PhantomData,
        }
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// When the record cannot be read, or the stream breaks.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The next line that is not empty; at the end also one without a line feed.
    fn next_line(&mut self) -> Option<Range<usize>> {
        loop {
            let mut rest = self.text.get(self.read..).unwrap_or_default();
            // Reading from memory does not fail.
            let length = rest.skip_until(b'\n').unwrap_or_default();
            let line = self.read..self.read + length;
            let is_whole = length > 0 && (self.body.is_none() || self.text.get(line.end - 1) == Some(&b'\n'));
            if !is_whole {
                return None;
            }
            self.read = line.end;
            self.line += 1;
            if !self.text.get(line.clone()).is_none_or(|line| trimmed(line).is_empty()) {
                return Some(line);
            }
        }
    }

    fn record(&mut self, line: Range<usize>) -> Result<T, Error> {
        let line = trimmed(self.text.get(line).unwrap_or_default());
        let text = std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed);
        let error = match Tape::parse_in(std::mem::take(&mut self.room), &text) {
            Ok(tape) => match T::decode_node((&tape).into()) {
                Ok(record) => {
                    self.room = tape.into_room();
                    return Ok(record);
                }
                Err(reason) => {
                    let index = usize::try_from(self.line).unwrap_or(usize::MAX).saturating_sub(1);
                    Unreadable::record(index, reason, (&tape).into()).into()
                }
            },
            Err(error) => Error::new(ErrorKind::Decode, "no valid JSON").caused_by(error),
        };
        Err(error.in_place(&format!("line {} of the result", self.line)).with_body(line.to_vec()))
    }

    /// Takes in what has arrived; `None` is the end.
    fn take_in(&mut self, piece: Option<Vec<u8>>) -> Result<(), Error> {
        self.text.drain(..self.read.min(self.text.len()));
        self.read = 0;
        let broken = |error: std::io::Error| {
            Error::new(ErrorKind::Interrupted, "the result is damaged or was cut off").caused_by(error)
        };
        match piece {
            Some(piece) => self.unpacker.unpack(piece, &mut self.text).map_err(broken)?,
            None => self.unpacker.finish(&mut self.text).map_err(broken)?,
        }
        if self.text.len() > LONGEST_LINE && !self.text.contains(&b'\n') {
            return Err(Error::too_large("a line of the result", LONGEST_LINE));
        }
        Ok(())
    }
}

impl<T: Decode> Stream for Records<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.next_line() {
                return Poll::Ready(Some(self.record(line)));
            }
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            let taken = match std::task::ready!(body.poll_chunk(context)) {
                Some(Ok(piece)) => self.take_in(Some(piece)),
                Some(Err(error)) => Err(Error::transport(error)),
                None => {
                    self.body = None;
                    self.take_in(None)
                }
            };
            if let Err(error) = taken {
                self.body = None;
                self.text.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<T> Unpin for Records<T> {}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("line", &self.line).finish_non_exhaustive()
    }
}

/// Without a copy where there is nothing before it, which is most of the time.
fn append(text: &mut Vec<u8>, piece: Vec<u8>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.extend_from_slice(&piece);
    }
}

/// Gunzips, if the first two bytes say so.
enum Unpacker {
    Undecided(Vec<u8>),
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Unpacker {
    fn unpack(&mut self, piece: Vec<u8>, out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Undecided(start) => {
                append(start, piece);
                if start.len() < GZIP.len() {
                    return Ok(());
                }
                let start = std::mem::take(start);
                *self = if start.starts_with(&GZIP) {
                    Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
                } else {
                    Self::Plain
                };
                self.unpack(start, out)
            }
            Self::Plain => {
                append(out, piece);
                Ok(())
            }
            Self::Gzip(decoder) => {
                decoder.write_all(&piece)?;
                // Without this the decoder keeps what it has not been asked for.
                decoder.flush()?;
                out.append(decoder.get_mut());
                Ok(())
            }
        }
    }

    /// An error if a compressed stream was cut off.
    fn finish(&mut self, out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Undecided(start) => out.append(start),
            Self::Plain => {}
            Self::Gzip(decoder) => {
                decoder.try_finish()?;
                out.append(decoder.get_mut());
            }
        }
        Ok(())
    }
}
