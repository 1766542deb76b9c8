//! Repeats a read, change and write from the start after a conflict with another writer.

use crate::error::Error;

/// Makes an attempt, and once more from the start when the server says that what was read has changed since (409).
///
/// An attempt reads the thing, changes what it read and writes it: then nobody's change is overwritten. It makes one
/// write, and that one last: what it wrote before would be written twice. Any other error ends it at once, because the
/// write may have happened.
///
/// ```
/// # use kontrakt_runtime::{Error, once_more_on_conflict};
/// # async fn read() -> Result<String, Error> { Ok(String::new()) }
/// # async fn write(_: String) -> Result<(), Error> { Ok(()) }
/// # async fn f() -> Result<(), Error> {
/// once_more_on_conflict(|| async {
///     let remark = read().await?;
///     write(format!("{remark}\npacked")).await
/// })
/// .await
/// # }
/// ```
///
/// # Errors
/// That of the attempt, or of the second one: a conflict again, when others keep on writing.
pub async fn once_more_on_conflict<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    match attempt().await {
        Err(error) if error.is_conflict() => {
            tracing::debug!(%error, "what was read has changed since: once more from the start");
            attempt().await
        }
        result => result,
    }
}
