use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_security::MixedScript;

use super::{only, range_in, text_value};
use crate::base::problem::Problem;

/// A domain name in lower-case ASCII, of at least two labels and at most 253 characters (RFC 1035, UTS #46).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(String);
text_value!(Domain);

/// The characters that IDNA treats as a dot (UTS #46).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

const HELP: &str = "write a domain such as infrakt.example.com";

/// Ends of domains that the public DNS does not have: RFC 6761, RFC 6762 with its appendix G, RFC 7686, RFC 8375,
/// RFC 9476, ICANN for `internal`, and `localdomain`, which many Linux systems add to the name of the computer.
const NOT_PUBLIC: &[&str] = &[
    "alt",
    "corp",
    "example",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

impl Domain {
    /// Parses a domain name, in any case and also with characters outside of ASCII, which become Punycode.
    ///
    /// # Errors
    /// The text is empty, is not a valid domain name, mixes scripts within one label, has only one label, or is an IP
    /// address. What is often given instead of a domain has a message of its own, such as a
    /// URL, a wildcard or a domain with a port.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::new("the domain is empty", HELP));
        }
        syntax(text)?;
        let ascii = Uts46::new()
            .to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Ignore)
            .map_err(|_| Problem::new(format!("`{text}` is not a valid domain name"), HELP))?;
        lengths(text, &ascii)?;
        for label in text.split(DOTS) {
            let (label_in_unicode, ok) = idna::domain_to_unicode(label);
            if ok.is_err() || !label_in_unicode.is_single_script() {
                return Err(Problem::new(
                    "this part of the domain mixes letters of several scripts, as look-alike domains do",
                    "use letters of one script only: browsers and certificate authorities distrust such a domain",
                )
                .part(range_in(text, label)));
            }
        }
        let last = ascii.rsplit('.').next().unwrap_or("");
        if !ascii.contains('.') {
            return Err(Problem::new(
                format!(
                    "`{text}` is not a public domain, and no certificate authority issues a certificate for it"
                ),
                HELP,
            ));
        }
        if last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::new(
                format!("`{text}` is an address, not a domain"),
                "write a domain that points to this address: a certificate needs a domain",
            ));
        }
        Ok(Self(ascii.into_owned()))
    }

    /// Whether the public DNS can have the domain; if not, no public certificate authority issues a certificate for it.
    #[must_use]
    pub(crate) fn is_public(&self) -> bool {
        let is_end =
            |end: &&str| self.0.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        !NOT_PUBLIC.iter().any(is_end)
    }
}

/// Refuses what users often write instead of a domain, each with its own advice, and characters that no domain has.
fn syntax(text: &str) -> Result<(), Problem> {
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', ':', '?', '#']).next().unwrap_or("");
        return Err(Problem::new("this is a URL, not a domain", format!("write only the domain: {host}"))
            .part(0..scheme.len() + 3));
    }
    if text.starts_with("*.") {
        return Err(Problem::new(
            "a wildcard needs a DNS challenge, which is not supported",
            "write each domain separately",
        )
        .part(0..2));
    }
    if text.ends_with('.') {
        return Err(Problem::new("a domain must not end with a dot", "remove the dot")
            .part(text.len() - 1..text.len()));
    }
    if text.parse::<std::net::IpAddr>().is_ok() || text.starts_with('[') {
        return Err(Problem::new(
            "this is an address, not a domain",
            "write a domain that points to this address: a certificate needs a domain",
        ));
    }
    if let Some(at) = text.find(',') {
        return Err(Problem::new(
            "these are several domains",
            "write one domain here, and the others as separate entries of the setting `extra_domains`",
        )
        .part(at..text.len()));
    }
    if let Some(at) = text.find('@') {
        return Err(Problem::new("a domain must not contain a user name", "remove it").part(0..at + 1));
    }
    for (mark, what) in [('/', "a path"), (':', "a port")] {
        if let Some(at) = text.find(mark) {
            return Err(
                Problem::new(format!("a domain must not contain {what}"), "remove it").part(at..text.len())
            );
        }
    }
    only(text, |c| c.is_alphanumeric() || "-.".contains(c) || is_mark(c), "a domain", HELP)
}

/// Whether a character may be a mark that combines with a letter. Many scripts need such marks, so every visible
/// character outside of ASCII is accepted here; IDNA refuses the wrong ones afterwards.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !c.is_control()
}

fn lengths(text: &str, ascii: &str) -> Result<(), Problem> {
    if ascii.len() > 253 {
        return Err(Problem::new(
            format!("a domain can have at most 253 characters; this one has {}", ascii.len()),
            HELP,
        ));
    }
    for (label, shown) in ascii.split('.').zip(text.split(DOTS)) {
        if label.is_empty() {
            return Err(Problem::new(
                "a domain must not begin with a dot or contain two dots in a row",
                HELP,
            ));
        }
        if label.len() > 63 {
            return Err(Problem::new(
                format!("each part of a domain can have at most 63 characters; this one has {}", label.len()),
                HELP,
            )
            .part(range_in(text, shown)));
        }
    }
    Ok(())
}
