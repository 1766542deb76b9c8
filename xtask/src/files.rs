//! Writing files so that a reader never sees half of one.
//! Each is written beside its place under another name and then renamed.

use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};

/// Writes several files that belong together; nothing is renamed before all are written.
///
/// # Errors
/// When a file cannot be written or renamed.
pub(crate) fn write_together(files: &[(&Path, &str)]) -> Result<()> {
    let mut pending = Pending(Vec::new());
    for (path, text) in files {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| complain("create", folder, &error))?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        pending.0.push(temporary.clone());
        std::fs::write(&temporary, text).map_err(|error| complain("write", &temporary, &error))?;
    }
    for (temporary, (path, _)) in pending.0.iter().zip(files) {
        std::fs::rename(temporary, path).map_err(|error| complain("write", path, &error))?;
    }
    Ok(())
}

/// Temporary files; what is left of them when a step fails is removed.
struct Pending(Vec<PathBuf>);

impl Drop for Pending {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn complain(verb: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot {verb} {}: {error}", path.display()))
        .help("check the permissions and the free space")
}
