//! A sandbox over HTTP, on this machine only.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::message::{Ending, Reply, Request};
use crate::page;
use crate::sandbox::Sandbox;

/// The largest body that is taken.
const LARGEST_BODY: usize = 32 * 1024 * 1024;
/// Connections at a time; more wait.
const CONNECTIONS: usize = 512;

/// A sandbox that listens; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// The base URL for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it ends, which it does not by itself.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sandbox {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start(&self) -> io::Result<Server> {
        self.start_on(0).await
    }

    /// Listens on a port of this machine.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start_on(&self, port: u16) -> io::Result<Server> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let sandbox = self.clone();
        let free = Arc::new(Semaphore::new(CONNECTIONS));
        let task = tokio::spawn(async move {
            loop {
                let Ok(permit) = free.clone().acquire_owned().await else { return };
                // A connection that is gone before it is taken is none of ours.
                let Ok((stream, _)) = listener.accept().await else { continue };
                let _ = stream.set_nodelay(true);
                let sandbox = sandbox.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| serve(sandbox.clone(), request));
                    let connection =
                        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    let _ = connection.await;
                    drop(permit);
                });
            }
        });
        Ok(Server { address, task })
    }
}

/// The connection is broken on purpose.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the sandbox breaks the connection")
    }
}

impl std::error::Error for Broken {}

type Reaction = hyper::Response<http_body_util::Either<Full<Bytes>, Half>>;

async fn serve(sandbox: Sandbox, request: hyper::Request<Incoming>) -> Result<Reaction, Broken> {
    let (parts, body) = request.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let reply = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => {
            let method = parts.method.as_str().to_owned();
            let body = body.to_bytes().to_vec();
            let request = Request { method, url: parts.uri.to_string(), headers, body };
            match page::answer(&sandbox, &request) {
                Some(reply) => reply,
                None => sandbox.exchange(request).await,
            }
        }
        Err(error) if error.is::<LengthLimitError>() => {
            Reply::of(413, "text/plain", format!("bodies of more than {LARGEST_BODY} bytes are not taken"))
        }
        Err(_) => return Err(Broken),
    };
    if reply.ending == Ending::Reset {
        return Err(Broken);
    }
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name.as_str(), value.as_str());
    }
    let body = match reply.ending {
        Ending::CutOff => {
            response = response.header("content-length", reply.body.len().to_string());
            http_body_util::Either::Right(Half(Some(Bytes::from(reply.body[..reply.body.len() / 2].to_vec()))))
        }
        _ => http_body_util::Either::Left(Full::new(Bytes::from(reply.body))),
    };
    response.body(body).map_err(|_| Broken)
}

/// A body that breaks off.
struct Half(Option<Bytes>);

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        // It is shorter than its length says, so the connection is closed.
        std::task::Poll::Ready(self.0.take().map(|bytes| Ok(hyper::body::Frame::data(bytes))))
    }
}
