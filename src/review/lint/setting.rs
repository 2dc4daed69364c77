//! Checks of system settings: values that the module of cloud-init cannot use.

use super::is_variable;
use crate::base::nearest::nearest;
use crate::finding::{Report, rule};
use crate::userdata::Tree;

/// The names in the IANA time zone database, version 2025b, including old names that it has kept.
const TIMEZONES: &str = include_str!("timezones.txt");

/// The longest host name that Linux accepts, in bytes.
const LONGEST_NAME: usize = 64;

pub(super) fn check(root: &Tree, report: &mut Report) {
    let mut text = |name: &str, wrong: &dyn Fn(&str) -> Option<(String, String)>| {
        let found = root.get(name).and_then(|node| Some((node, node.value.text()?)));
        let found = found.filter(|(node, text)| !is_variable(node, text));
        if let Some((node, (message, help))) = found.and_then(|(node, text)| Some((node, wrong(text)?))) {
            report.push(rule::BAD_SETTING.at(&node.place, message).help(help));
        }
    };
    text("timezone", &timezone);
    text("locale", &locale);
    text("hostname", &hostname);
    text("fqdn", &hostname);
    let swap = root.get("swap");
    for (size, is_auto) in [("size", true), ("maxsize", false)] {
        let Some(node) = swap.and_then(|swap| swap.get(size)) else { continue };
        if let Some(message) = bytes(node, is_auto) {
            let help = "write a number of bytes, or a number with K, M, G or T, such as 2G; with `size: auto` cloud-init chooses";
            report.push(rule::BAD_SETTING.at(&node.place, message).help(help));
        }
    }
    for list in ["cloud_init_modules", "cloud_config_modules", "cloud_final_modules"] {
        let node = root.get(list).filter(|node| node.list().is_some_and(<[_]>::is_empty));
        if let Some(node) = node {
            let message =
                "cloud-init runs no module of this stage, because the list replaces the image's own";
            report.push(rule::NO_MODULES.at(&node.place, message).help(format!("remove `{list}`")));
        }
    }
    let mode = root.get("power_state").and_then(|state| state.get("mode"));
    if let Some((node, mode)) = mode.and_then(|node| Some((node, node.value.text()?)))
        && !["poweroff", "halt", "reboot"].contains(&mode)
        && !is_variable(node, mode)
    {
        let problem = rule::BAD_SETTING.at(&node.place, format!("`{mode}` is not a power state"));
        report.push(problem.help("write reboot, poweroff or halt"));
    }
}

fn timezone(text: &str) -> Option<(String, String)> {
    let is_one = |name: &str| TIMEZONES.lines().any(|known| known == name);
    let name = ["posix/", "right/"].iter().find_map(|form| text.strip_prefix(form)).unwrap_or(text);
    if is_one(name) {
        return None;
    }
    let city = |name: &str| name.rsplit('/').next().unwrap_or("").to_lowercase().replace([' ', '-'], "_");
    let same = || TIMEZONES.lines().find(|known| city(known) == city(text) && !text.is_empty());
    let help = match same().or_else(|| nearest(text, TIMEZONES.lines())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write a name such as Europe/Berlin or Etc/UTC; `timedatectl list-timezones` prints them all"
            .to_owned(),
    };
    Some((format!("there is no time zone `{text}`"), help))
}

/// What is wrong with the name of a locale, and what to write; `None` if it has the form that `locale-gen` and glibc
/// use: de_DE.UTF-8, C.UTF-8, ca_ES.UTF-8@valencia.
fn locale(text: &str) -> Option<(String, String)> {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (rest, modifier) = text.split_once('@').unwrap_or((text, "x"));
    let (name, charset) = rest.split_once('.').unwrap_or((rest, "x"));
    let (language, country) = name.split_once('_').unwrap_or((name, "XX"));
    let is_language = matches!(name, "C" | "POSIX")
        || (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    if matches!(text, "" | "none") || is_language && is_country && is_word(charset) && is_word(modifier) {
        return None;
    }
    let message = format!("`{text}` is not a locale");
    Some((message, "write, for example, en_US.UTF-8, de_DE.UTF-8 or C.UTF-8".to_owned()))
}

fn hostname(text: &str) -> Option<(String, String)> {
    let odd = text.chars().find(|c| !(c.is_ascii_alphanumeric() || ".-_".contains(*c)));
    let message = match odd {
        Some(c) if c.is_whitespace() => "a host name must not contain spaces".to_owned(),
        Some(c) => format!("a host name must not contain `{c}`"),
        None if text.starts_with(['.', '-']) || text.ends_with('-') => {
            "a host name must begin and end with a letter or a digit".to_owned()
        }
        None if text.len() > LONGEST_NAME => {
            format!("a host name must have at most {LONGEST_NAME} characters")
        }
        None => return None,
    };
    Some((message, "write letters, digits and hyphens, such as web-1".to_owned()))
}

/// What is wrong with a size; `None` if cloud-init can read it: a number, optionally with K, M, G or T, and then
/// optionally with B. `is_auto` says whether the word `auto` is allowed.
fn bytes(node: &Tree, is_auto: bool) -> Option<String> {
    let text = node.value.text().filter(|text| !is_variable(node, text))?.trim();
    let number = text.strip_suffix('B').unwrap_or(text);
    let number = number.strip_suffix(['K', 'M', 'G', 'T']).unwrap_or(number);
    let is_number = number.trim().parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0);
    (!(is_number || is_auto && text == "auto")).then(|| format!("`{text}` is not a size"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Place, Source};
    use crate::userdata::read_yaml;

    #[test]
    fn time_zones() {
        for name in
            ["Europe/Berlin", "Etc/UTC", "UTC", "US/Pacific", "America/Argentina/Ushuaia", "right/UTC"]
        {
            assert_eq!(timezone(name), None, "{name}");
        }
        for (name, help) in
            [("Mars/Phobos", "timedatectl"), ("europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin")]
        {
            let (_, said) = timezone(name).expect(name);
            assert!(said.contains(help), "{name}: {said}");
        }
    }

    #[test]
    fn locales_and_names() {
        for name in [
            "en_US.UTF-8",
            "C.UTF-8",
            "C",
            "POSIX",
            "de_DE",
            "de",
            "ca_ES.UTF-8@valencia",
            "sr_RS@latin",
            "en_US.utf8",
        ] {
            assert_eq!(locale(name), None, "{name}");
        }
        for name in ["xx yy", "english", "en-US", "EN_us", "en_US."] {
            assert!(locale(name).is_some(), "{name}");
        }
        for name in ["web-1", "web_1", "web.example.com", "w", "example.com."] {
            assert_eq!(hostname(name), None, "{name}");
        }
        for name in ["my host", "-web", "web-", "büro", "a/b"] {
            assert!(hostname(name).is_some(), "{name}");
        }
        assert!(hostname(&"a".repeat(65)).is_some());
    }

    #[test]
    fn sizes() {
        let text = |text: &str| {
            let place = Place::all(&Source::file("x.yaml", &format!("{text:?}")));
            read_yaml(&place).expect("a text")
        };
        for size in ["auto", "2G", "1.5G", "512M", "1048576", "2GB", "0"] {
            assert_eq!(bytes(&text(size), true), None, "{size}");
        }
        for size in ["lots", "2 gigs", "2g", "-1G", "inf", "", "2GiB"] {
            assert!(bytes(&text(size), true).is_some(), "{size}");
        }
        assert!(bytes(&text("auto"), false).is_some());
    }
}
