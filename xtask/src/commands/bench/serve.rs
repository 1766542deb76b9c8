//! `cargo xtask bench serve`: requests a second that the sandbox of an API answers, beside Prism with the same document:
//! a list of fifty, and a write that is checked. One connection, one request after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{DOCUMENT, Specification};
use kontrakt_conformance::instance::Instances;
use serde_json::json;

use super::ratios::Ratios;
use super::{process, table};
use crate::console::Report;
use crate::workspace::Workspace;

/// Time the sandbox over HTTP, and Prism where it is installed
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Seconds that each kind of request is sent
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Folder with the program of Prism, such as node_modules/.bin; PATH is searched too
    #[arg(long, value_name = "DIR")]
    tools: Option<PathBuf>,
}

impl Args {
    pub(super) fn of(tools: Option<PathBuf>) -> Self {
        Self { seconds: 5, tools }
    }
}

/// The API with the most operations: what servers are compared on.
const YARDSTICK: &str = "shoptet";
const LIST: &str = "/api/orders?itemsPerPage=50";
const CREATE: (&str, &str) = ("createOrder", "/api/orders");
const CREDENTIAL: &str = "Shoptet-Private-API-Token: sandbox";

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(60);

/// What was measured of one server.
struct MeasuredServer {
    name: &'static str,
    start: f64,
    lists: f64,
    writes: f64,
    /// The most memory that it held, in megabytes.
    megabytes: f64,
}

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let bodies = bodies(workspace)?;
    let document = workspace.specs().join(YARDSTICK).join(DOCUMENT);
    process::run(process::cargo().args(["build", "--quiet", "--release", "--package", "kontrakt"]))?;
    let own = process::target()?.join("release/kontrakt");
    let prism = args.tools.as_ref().map_or_else(|| PathBuf::from("prism"), |folder| folder.join("prism"));
    let mut all = vec![measure("kontrakt", args, &bodies, |port| {
        let mut command = Command::new(&own);
        command.args(["serve", YARDSTICK, "--no-limits", "--records", "60", "--port"]).arg(port.to_string());
        command
    })?];
    let theirs = measure("prism", args, &bodies, |port| {
        let mut command = Command::new(&prism);
        command.args(["mock", "--port"]).arg(port.to_string()).arg(&document);
        command
    });
    let mut warnings = Vec::new();
    match theirs {
        Ok(measured) => all.push(measured),
        Err(error) => {
            warnings.push(error.help("install @stoplight/prism-cli with npm and name its folder with --tools"))
        }
    }
    Ok(report(&all, warnings))
}

fn report(all: &[MeasuredServer], warnings: Vec<Diagnostic>) -> Report {
    let mut rows = vec![["server", "seconds to start", "lists/s", "writes/s", "MB"].map(str::to_owned).to_vec()];
    let mut ratios = Ratios::new();
    for one in all {
        let cells = [format!("{:.2}", one.start), format!("{:.0}", one.lists), format!("{:.0}", one.writes)];
        let mut row = vec![one.name.to_owned()];
        row.extend(cells);
        row.push(format!("{:.0}", one.megabytes));
        rows.push(row);
    }
    if let [own, peer, ..] = all {
        let pairs =
            [("starts", peer.start, own.start), ("lists", own.lists, peer.lists), ("writes", own.writes, peer.writes)];
        ratios.extend(pairs.map(|(what, a, b)| (format!("serve: {what}"), a / b)));
    }
    let servers: Vec<_> = all
        .iter()
        .map(|one| {
            json!({
                "server": one.name, "start_seconds": one.start, "lists_per_second": one.lists,
                "writes_per_second": one.writes, "megabytes": one.megabytes,
            })
        })
        .collect();
    let json = json!({"servers": servers, "ratios": ratios});
    Report { text: table(&rows), json, warnings, ..Report::default() }
}

/// Bodies of the write, each another one, as the schema allows them.
fn bodies(workspace: &Workspace) -> Result<Vec<String>> {
    let document = Specification::load(&workspace.specs(), YARDSTICK, Unmatched::Error)?.document;
    let contract = Contract::read(&document)?;
    let operation = contract.operations.iter().find(|operation| operation.id == CREATE.0);
    let schema = operation.and_then(|operation| operation.body.as_ref()?.json()?.schema);
    let schema = schema.ok_or_else(|| Diagnostic::new(format!("{YARDSTICK} has no body of {}", CREATE.0)))?;
    let instances = Instances::new(&contract, [schema]);
    let values = instances.of(schema)?;
    Ok((0..2_000).filter_map(|seed| values.value(seed)).map(|value| value.to_string()).collect())
}

/// A server that is stopped when nobody needs it any longer.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(
    name: &'static str,
    args: &Args,
    bodies: &[String],
    command: impl Fn(u16) -> Command,
) -> Result<MeasuredServer> {
    let failed = |error: std::io::Error| Diagnostic::new(format!("{name} was not measured: {error}"));
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(failed)?.port();
    let start = Instant::now();
    let mut command = command(port);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server(command.spawn().map_err(failed)?);
    let mut list = connect(port, start).map_err(failed)?;
    // Prism asks for a media type here too: the document has it as a parameter, which OpenAPI says to ignore.
    let headers =
        format!("Host: localhost\r\n{CREDENTIAL}\r\nAccept: application/json\r\nContent-Type: application/json");
    let get = format!("GET {LIST} HTTP/1.1\r\n{headers}\r\n\r\n");
    exchange(&mut list, &get).map_err(failed)?;
    let started = start.elapsed().as_secs_f64();
    let (writes, _) = rate(args.seconds, |at| {
        let body = &bodies[at % bodies.len()];
        let (path, length) = (CREATE.1, body.len());
        let post = format!("POST {path} HTTP/1.1\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}");
        exchange(&mut list, &post)
    })
    .map_err(failed)?;
    let (lists, status) = rate(args.seconds, |_| exchange(&mut list, &get)).map_err(failed)?;
    if status != 200 {
        return Err(Diagnostic::new(format!("{name} answered {status} to GET {LIST}")));
    }
    let megabytes = process::high_water(server.0.id()) as f64 / 1000.0;
    Ok(MeasuredServer { name, start: started, lists, writes, megabytes })
}

/// How often a second something can be done, and the last status.
fn rate(seconds: u64, mut work: impl FnMut(usize) -> std::io::Result<u16>) -> std::io::Result<(f64, u16)> {
    let (start, mut done, mut status) = (Instant::now(), 0, 0);
    while start.elapsed() < Duration::from_secs(seconds.max(1)) {
        status = work(done)?;
        done += 1;
    }
    Ok((done as f64 / start.elapsed().as_secs_f64(), status))
}

fn connect(port: u16, start: Instant) -> std::io::Result<BufReader<TcpStream>> {
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(START))?;
                return Ok(BufReader::new(stream));
            }
            Err(error) if start.elapsed() > START => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Sends a request and reads the whole answer; its status.
fn exchange(connection: &mut BufReader<TcpStream>, request: &str) -> std::io::Result<u16> {
    connection.get_mut().write_all(request.as_bytes())?;
    let mut line = String::new();
    connection.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        if connection.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let header = line.trim_end().to_ascii_lowercase();
        match header.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap_or_default(),
            Some(("transfer-encoding", _)) => chunked = true,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    while chunked {
        line.clear();
        connection.read_line(&mut line)?;
        let size = u64::from_str_radix(line.trim(), 16).unwrap_or_default();
        connection.take(size + 2).read_to_end(&mut body)?;
        chunked = size > 0;
    }
    connection.take(length).read_to_end(&mut body)?;
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_to_their_end() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let chunked = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
            let plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            stream.write_all(format!("{chunked}{plain}").as_bytes()).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let mut connection = connect(port, Instant::now()).unwrap();
        assert_eq!([(); 2].map(|()| exchange(&mut connection, "GET / HTTP/1.1\r\n\r\n").unwrap()), [201, 200]);
        drop(connection);
        server.join().unwrap();
    }
}
