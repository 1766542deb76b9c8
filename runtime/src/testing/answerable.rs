//! What a stub can be told to answer, by what the call gives.

use crate::answer::Answer;
use crate::api::{Api, Operation};
use crate::decode::Decode;
use crate::download::Download;
use crate::encode::Encode;
use crate::http::MockRequest;
use crate::job::Job;
use crate::page::Page;
use crate::value::Value;

use super::envelope::{put, success};

/// A stub that is answering a request.
#[derive(Debug)]
pub struct AnsweredRequest<'r> {
    pub(super) api: &'static Api,
    pub(super) operation: &'r Operation,
    pub(super) request: &'r MockRequest,
    /// The identifier of the job that it starts, if it starts one.
    pub(super) job: &'r str,
}

/// What a call gives, and what a stub is given to answer with.
pub trait Answerable: Answer {
    /// The value of the call, the items of a page, the records of a job's result, the content of a file.
    type Given: Send + Sync + 'static;

    /// The body of the answer.
    #[doc(hidden)]
    fn body(given: &Self::Given, answering: &AnsweredRequest<'_>) -> Vec<u8>;

    /// The result of the job that is started, as lines of JSON.
    #[doc(hidden)]
    fn lines(given: &Self::Given) -> Option<String> {
        let _ = given;
        None
    }
}

impl<T: Decode + Encode + Send + Sync + 'static> Answerable for T {
    type Given = T;

    fn body(given: &T, answering: &AnsweredRequest<'_>) -> Vec<u8> {
        written(&success(answering.api, answering.operation, Some(given.encode())))
    }
}

impl Answerable for () {
    type Given = ();

    fn body(_: &(), answering: &AnsweredRequest<'_>) -> Vec<u8> {
        written(&success(answering.api, answering.operation, None))
    }
}

impl Answerable for Download {
    type Given = Vec<u8>;

    fn body(given: &Vec<u8>, _: &AnsweredRequest<'_>) -> Vec<u8> {
        given.clone()
    }
}

/// All items of the list, which are given page by page when the request says how large a page is.
impl<T: Encode + Send + Sync + 'static> Answerable for Page<T>
where
    Self: Answer,
{
    type Given = Vec<T>;

    fn body(given: &Vec<T>, answering: &AnsweredRequest<'_>) -> Vec<u8> {
        let AnsweredRequest { api, operation, request, .. } = answering;
        let number = |key: &str| request.query(key).and_then(|text| text.parse::<usize>().ok());
        let size = operation.page_size.and_then(|(key, _)| number(key)).unwrap_or(given.len()).max(1);
        let page = api.paging.and_then(|paging| number(paging.page)).unwrap_or(1).max(1);
        let items = given.iter().skip((page - 1).saturating_mul(size)).take(size).map(Encode::encode).collect();
        let mut body = success(api, operation, Some(Value::List(items)));
        if let Some(paging) = api.paging.filter(|_| !operation.whole_list) {
            let pages = given.len().div_ceil(size).max(1);
            let counts = [(paging.current, page), (paging.pages, pages), (paging.total, given.len())];
            for (path, count) in counts.into_iter().filter(|(path, _)| !path.is_empty()) {
                body = put(body, path, Value::from(count as u64));
            }
        }
        written(&body)
    }
}

/// The job has ended when it is asked about, and the given records are its result.
impl<T: Encode + Send + Sync + 'static> Answerable for Job<T> {
    type Given = Vec<T>;

    fn body(_: &Vec<T>, answering: &AnsweredRequest<'_>) -> Vec<u8> {
        let id = answering.api.jobs.map_or(answering.operation.value, |jobs| jobs.id);
        let operation = Operation { value: id, ..*answering.operation };
        written(&success(answering.api, &operation, Some(answering.job.into())))
    }

    fn lines(given: &Vec<T>) -> Option<String> {
        Some(given.iter().map(|record| record.encode().to_json() + "\n").collect())
    }
}

fn written(body: &Value<'_>) -> Vec<u8> {
    body.to_json().into_bytes()
}
