//! firstlight's own program in a document: whose it is, and which modules it has.

use std::collections::BTreeMap;

use crate::host::{ProgramFile, all_modules, digest, is_module, released};
use crate::text::printable::{count, label};
use crate::userdata::{Member, UserData};

/// The program that a document brings to the server, as an archive or as a folder of modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The modules, by their paths below the program's folder.
    pub modules: BTreeMap<String, Vec<u8>>,
    /// Where the server downloads it from; there are no modules then.
    pub address: Option<String>,
    /// The digest of the modules, in hexadecimal; of a downloaded program, the one that the document names.
    pub digest: String,
    /// Whether it is the digest that the document names. If not, the server refuses the program.
    pub is_named: bool,
}

impl Program {
    /// Finds the program in a document; `None` if there is none, or if its archive cannot be read.
    #[must_use]
    pub fn of(data: &UserData) -> Option<Self> {
        let files = data.config.files.iter();
        Self::with(
            files.filter_map(|file| Some((file.path.as_str(), file.bytes()?, file.members.as_slice()))),
        )
    }

    /// Finds the program among the files of a folder, by their absolute paths. There it is not an archive.
    #[must_use]
    pub(crate) fn among<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Option<Self> {
        Self::with(files.map(|(path, bytes)| (path, bytes, &[][..])))
    }

    fn with<'a>(files: impl Iterator<Item = (&'a str, &'a [u8], &'a [Member])>) -> Option<Self> {
        let mut modules = BTreeMap::new();
        let (mut named, mut address) = ("", None);
        for (path, bytes, members) in files {
            match ProgramFile::of(path) {
                None => {}
                Some(ProgramFile::Digest) => {
                    let mut words = std::str::from_utf8(bytes).unwrap_or_default().split_whitespace();
                    named = words.next().unwrap_or_default();
                    address = words.next().map(str::to_owned);
                }
                Some(ProgramFile::Module(name)) => _ = modules.insert(name.to_owned(), bytes.to_vec()),
                Some(ProgramFile::Archive) => {
                    modules.extend(members.iter().map(|one| (one.path.clone(), one.bytes.clone())));
                }
            }
        }
        if address.is_some() {
            return Some(Self { modules, address, digest: named.to_owned(), is_named: true });
        }
        let digest = digest(&modules.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect());
        let is_named = digest == named;
        (!modules.is_empty()).then_some(Self { modules, address, digest, is_named })
    }

    /// Whether this version of firstlight makes each of the modules like that.
    #[must_use]
    pub fn is_this_versions(&self) -> bool {
        match self.address {
            Some(_) => self.digest == digest(&all_modules()),
            None => self.modules.iter().all(|(name, bytes)| is_module(name, bytes)),
        }
    }

    /// The latest released version of firstlight that has these modules; `None` if none has them.
    #[must_use]
    pub fn release(&self) -> Option<&'static str> {
        match self.address {
            Some(_) => released::release_of_all(&self.digest),
            None => {
                released::release(self.modules.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
            }
        }
    }

    /// Whose program it is, in words.
    #[must_use]
    pub(crate) fn version(&self) -> String {
        match (self.is_this_versions(), self.release()) {
            (true, _) => format!("firstlight {}, as this firstlight makes it", env!("CARGO_PKG_VERSION")),
            (false, Some(release)) => format!("firstlight {release}, as it was released"),
            (false, None) => "of another version of firstlight, or changed".to_owned(),
        }
    }

    /// What there is to know about it, one line for each.
    #[must_use]
    pub(crate) fn lines(&self) -> Vec<String> {
        let what = match &self.address {
            Some(address) => format!("downloaded from {}", label(address)),
            None => count(self.modules.len(), "module"),
        };
        // A digest looks random. A downloaded program's is the document's text.
        let is_digest = self.digest.len() == 64 && self.digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digest = if is_digest { self.digest.clone() } else { label(&self.digest) };
        let mut lines = vec![self.version(), format!("{what}, sha256:{digest}")];
        if !self.is_named {
            lines.push("the document names another digest, so the server refuses it".to_owned());
        }
        let is_known = self.release().is_some();
        let is_strange = |(name, bytes): &(&String, &Vec<u8>)| !is_known && !is_module(name, bytes);
        let strange = self.modules.iter().filter(is_strange).map(|(name, _)| label(name));
        lines.extend(strange.map(|name| format!("differs: {name}")));
        lines
    }
}
