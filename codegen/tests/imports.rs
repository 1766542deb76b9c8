//! Imports between the files of a crate run in one direction: no circle of more than two files, in the plan none at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The path of a module: `session`, `send`.
type Module = Vec<String>;

/// The files of a crate as modules that import each other.
struct Crate {
    texts: BTreeMap<Module, String>,
    /// What a name that a module has by `use` stands for.
    names: BTreeMap<(Module, String), Module>,
}

impl Crate {
    fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        collect(root, &mut Vec::new(), &mut texts);
        let mut this = Self { texts, names: BTreeMap::new() };
        let mut names = BTreeMap::new();
        for (module, text) in &this.texts {
            for (path, _) in
                uses(text).into_iter().filter_map(|(path, public)| Some((this.absolute(module, &path)?, public)))
            {
                names.extend(path.last().map(|name| ((module.clone(), name.clone()), path.clone())));
            }
        }
        this.names = names;
        this
    }

    /// A path from the root of the crate; none where it begins in another crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module.split_last()?.1.to_vec(),
            child if self.texts.contains_key(&[module.as_slice(), &[child.to_owned()]].concat()) => {
                [module.as_slice(), &[child.to_owned()]].concat()
            }
            _ => return None,
        };
        let above = rest.iter().take_while(|step| *step == "super").count();
        base.truncate(base.len().checked_sub(above)?);
        Some([base.as_slice(), &rest[above..]].concat())
    }

    /// The module that a path leads to, through what others export.
    fn resolve(&self, path: &Module) -> Module {
        let mut path = path.clone();
        for _ in 0..self.texts.len() {
            let depth =
                (0..=path.len()).rev().find(|depth| self.texts.contains_key(&path[..*depth])).unwrap_or_default();
            let module = path[..depth].to_vec();
            let exported = path.get(depth).and_then(|name| self.names.get(&(module.clone(), name.clone())));
            match exported {
                Some(target) if *target != path => path = [target.as_slice(), &path[depth + 1..]].concat(),
                _ => return module,
            }
        }
        path
    }

    /// What each module imports from the others.
    fn imports(&self) -> Imports {
        let of = |(module, text): (&Module, &String)| {
            let private = uses(text).into_iter().filter(|(_, public)| !public).map(|(path, _)| path);
            let paths = private.chain(inline(text)).filter_map(|path| self.absolute(module, &path));
            let targets = paths.map(|path| self.resolve(&path)).filter(|target| target != module && !target.is_empty());
            (module.clone(), targets.collect())
        };
        self.texts.iter().filter(|(module, _)| !module.is_empty()).map(of).collect()
    }
}

/// The texts of all files, without tests and comments.
fn collect(folder: &Path, module: &mut Module, texts: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            module.push(name);
            collect(&path, module, texts);
            module.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" && name != "main" {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let text = text.split("#[cfg(test)]\n#[allow").next().unwrap_or_default();
            let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
            let own = if matches!(name.as_str(), "mod" | "lib") { Vec::new() } else { vec![name] };
            texts.insert([module.as_slice(), &own].concat(), code.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The paths of the `use` items of a file, and whether others can use them too.
fn uses(text: &str) -> Vec<(Module, bool)> {
    let items = text.split(';').filter_map(|item| {
        let item = item.rsplit("\n\n").next().unwrap_or(item);
        let line = item.trim_start().rsplit_once("use ").filter(|(before, _)| is_visibility(before));
        line.map(|(before, tree)| (tree, !before.is_empty()))
    });
    items.flat_map(|(tree, public)| branches(tree).into_iter().map(move |path| (path, public))).collect()
}

/// Whether nothing but attributes and a visibility stands before `use`.
fn is_visibility(before: &str) -> bool {
    let last = before.trim().lines().last().unwrap_or_default().trim();
    last.is_empty() || last.ends_with(']') || last == "pub" || (last.starts_with("pub(") && last.ends_with(')'))
}

/// The paths of a tree such as `a::{b, c::{d, e as f}}`.
fn branches(tree: &str) -> Vec<Module> {
    let tree = tree.trim();
    let Some((head, list)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        let steps = path.split("::").map(|step| step.trim().to_owned()).filter(|step| !step.is_empty());
        return vec![steps.collect()];
    };
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match c {
            _ if depth < 0 => break,
            ',' if depth == 0 => parts.push(String::new()),
            c => parts.last_mut().into_iter().for_each(|part| part.push(c)),
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty() && part.trim() != "self");
    parts.flat_map(|part| branches(&format!("{head}{}", part.trim()))).collect()
}

/// Paths that are written out where they are used.
fn inline(text: &str) -> Vec<Module> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in text.match_indices(root) {
            if !text[..at].ends_with(|c: char| is_name(c) || c == '$' || c == ':') {
                let path = text[at..].split(|c: char| !is_name(c) && c != ':').next().unwrap_or_default();
                found.extend(branches(path));
            }
        }
    }
    found
}

type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// What a module imports, and what that imports, and so on.
fn reach<'i>(imports: &'i Imports, from: &'i Module) -> BTreeSet<&'i Module> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(module) = waiting.pop() {
        waiting.extend(imports.get(module).into_iter().flatten().filter(|target| seen.insert(*target)));
    }
    seen
}

/// Sets of modules that reach each other.
fn circles(imports: &Imports) -> BTreeSet<BTreeSet<String>> {
    let reach: BTreeMap<&Module, BTreeSet<&Module>> =
        imports.keys().map(|module| (module, reach(imports, module))).collect();
    let circle = |module: &Module| {
        let mutual = |other: &&&Module| reach.get(**other).is_some_and(|back| back.contains(module));
        reach[module].iter().filter(mutual).map(|other| other.join("::")).collect()
    };
    reach.keys().map(|module| circle(module)).filter(|circle: &BTreeSet<String>| circle.len() > 1).collect()
}

fn sources(of: &str) -> Crate {
    Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("src"))
}

#[test]
fn imports_hold_no_circle() {
    for of in ["runtime", "codegen", "conformance", "xtask"] {
        let found = circles(&sources(of).imports());
        let long: Vec<_> = found.iter().filter(|circle| circle.len() > 2).collect();
        assert!(long.is_empty(), "these files of {of} import each other: {long:#?}");
    }
    let mut plan = sources("codegen").imports();
    plan.retain(|module, _| module.len() == 2 && module[0] == "plan");
    assert!(plan.len() > 20, "{plan:?}");
    assert_eq!(circles(&plan), BTreeSet::new(), "these files of the plan import each other");
}

/// What the test sees, so that it cannot become blind.
#[test]
fn imports_are_seen_through_exports_and_in_expressions() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let runtime = sources("runtime").imports();
    for (from, to) in [
        ("answer", "reply"),
        ("call", "answer"),
        ("page", "call"),
        ("session::send", "auth::secret"),
        ("session::send", "http::message"),
        ("session", "session::limiter"),
        ("scalar::map", "list"),
        ("codec", "answer"),
    ] {
        assert!(runtime[&module(from)].contains(&module(to)), "{from} imports {to}: {:?}", runtime[&module(from)]);
    }
    let plan = sources("codegen").imports();
    assert!(
        plan[&module("plan::webhooks")].contains(&module("plan::modules")),
        "{:?}",
        plan[&module("plan::webhooks")]
    );
    let circle = |pairs: &[(&str, &str)]| {
        let mut imports = Imports::new();
        for (from, to) in pairs {
            imports.entry(module(from)).or_default().insert(module(to));
        }
        circles(&imports).into_iter().map(Vec::from_iter).collect::<Vec<_>>()
    };
    assert_eq!(circle(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]), [["a", "b", "c"]]);
    assert_eq!(circle(&[("a", "b"), ("b", "c"), ("a", "c")]), Vec::<Vec<String>>::new());
}
