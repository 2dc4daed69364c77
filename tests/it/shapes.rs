//! Which secrets are known by their shape, and what is none.

use std::collections::BTreeSet;

use firstlight::base::secret::{find, mask, mask_same_length};
use firstlight::evidence::{ClueKind, hidden, in_text, in_value, split_pair, starred};
use sha2::{Digest, Sha256};

use crate::common::processor;

const RULES: &str = include_str!("../shapes/rules.txt");
const DOCUMENTED: &str = include_str!("../shapes/documented.txt");
const TOLD: &str = include_str!("../shapes/told.txt");
const SECRET: &str = include_str!("../shapes/secret.txt");
const ORDINARY: &str = include_str!("../shapes/ordinary.txt");

/// The lines that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A rule's or an issuer's name, and the recipe.
fn recipes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    lines(text).map(|line| line.split_once(' ').expect("a name and a recipe")).map(|(n, r)| (n, r.trim()))
}

/// A sample, the same every time.
fn made(recipe: &str, seed: u32) -> String {
    let mut out = String::new();
    let mut rest = recipe;
    while let Some((before, (hole, after))) =
        rest.split_once('{').map(|(b, r)| (b, r.split_once('}').expect("closed")))
    {
        out += before;
        out += &filled(hole, &format!("{seed} {recipe} {}", out.len()));
        rest = after;
    }
    (out + rest).replace("\\n", "\n")
}

fn filled(hole: &str, seed: &str) -> String {
    let (alphabet, count) = hole.split_once(' ').unwrap_or((hole, "0"));
    let count = count.parse().expect("a count");
    let some = |alphabet: &str, count| -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let block = |n: u32| Sha256::digest(format!("{seed} {n}"));
        let bytes = (0..).flat_map(|n| block(n).to_vec()).take(count);
        bytes.map(|byte| letters[byte as usize % letters.len()]).collect()
    };
    let (lower, upper, digits) = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789");
    match alphabet {
        "key" => ["PRIVATE", "KEY"].join(" "),
        "uuid" => {
            let hex = some("0123456789abcdef", 32);
            [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
        }
        "digits" => some(digits, count),
        "hex" => some("0123456789abcdef", count),
        "upper" => some(&[upper, digits].concat(), count),
        "lower" => some(&[lower, digits].concat(), count),
        "letters" => some(&[lower, upper].concat(), count),
        "alnum" => some(&[lower, upper, digits].concat(), count),
        "url" => some(&[lower, upper, digits, "_-"].concat(), count),
        "tilde" => some(&[lower, upper, digits, "_.~-"].concat(), count),
        "base64" => some(&[lower, upper, digits, "+/"].concat(), count),
        "base32" => some(&[upper, "234567"].concat(), count),
        "bech32" => some("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", count),
        other => panic!("no alphabet {other}"),
    }
}

fn is_found(text: &str) -> bool {
    !find(text).is_empty()
}

/// How many of the kinds are found, and the names of those of which one sample was not.
fn missed<'a>(text: &'a str, within: &[&str], is_found: fn(&str) -> bool) -> (usize, BTreeSet<&'a str>) {
    let mut all = BTreeSet::new();
    let mut missed = BTreeSet::new();
    for (name, recipe) in recipes(text) {
        all.insert(name);
        for seed in 0..5 {
            let sample = made(recipe, seed);
            for within in within {
                if !is_found(&within.replace('@', &sample)) {
                    eprintln!("{name}: {}", within.replace('@', &sample));
                    missed.insert(name);
                }
            }
        }
    }
    (all.len() - missed.len(), missed)
}

#[test]
fn the_rules_of_a_public_set_are_known() {
    let (by_shape, missed_by_shape) = missed(RULES, &["@"], is_found);
    let (told, missed) = missed(TOLD, &["@"], |text| in_text(text).iter().any(|clue| clue.is_sure));
    println!("{by_shape} rules are refused by shape, {told} by name or place");
    assert!(missed_by_shape.is_empty(), "{missed_by_shape:?}");
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!((by_shape, told), (117, 2));
}

#[test]
fn tokens_are_found_as_their_issuers_show_them() {
    let (issuers, missed) = missed(DOCUMENTED, &["@", "KEY=@\n", "key: \"@\""], is_found);
    println!("{issuers} issuers");
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn ordinary_values_are_left() {
    let values: Vec<String> = lines(ORDINARY).map(|line| line.replace("\\n", "\n")).collect();
    assert!(values.len() >= 300, "{} values", values.len());
    let by_shape: Vec<_> = values.iter().filter(|value| is_found(value)).collect();
    assert!(by_shape.is_empty(), "{by_shape:#?}");
    let sure = |value: &&String| {
        let clues = in_text(value)
            .into_iter()
            .chain(in_value("VALUE", value))
            .chain(in_value("environment.COMMIT", value))
            .chain(split_pair(value).into_iter().flat_map(|(name, value)| in_value(name, value)));
        clues.into_iter().any(|clue| clue.is_sure)
    };
    let refused: Vec<_> = values.iter().filter(sure).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Kinds of values that chance wrote and that are worth no warning.
const PUBLIC: [&str; 6] = [
    "Digests",
    "Commits and versions",
    "UUIDs and other numbers",
    "Subresource integrity and package locks",
    "Images",
    "Public keys: SSH, WireGuard, age, minisign, PGP, certificates",
];

/// Of those, what a key that is a secret looks like as well.
const ALIKE: [&str; 5] = ["key-e374254a", "01HZX3J9K8", "2XbXkQm1pW", "Yl6HkAPa88", "GHhPAWB6xt"];

#[test]
fn digests_ids_and_public_keys_are_worth_no_warning() {
    let mut kind = "";
    let mut warned = Vec::new();
    for line in ORDINARY.lines() {
        kind = line.strip_prefix("# ").unwrap_or(kind);
        if !line.starts_with("# ") && PUBLIC.contains(&kind) {
            let clues = in_text(&line.replace("\\n", "\n"));
            let is_warned = clues.iter().any(|clue| clue.kind == ClueKind::Random);
            assert!(!is_warned || clues.iter().all(|clue| !clue.is_sure), "{line}");
            warned.extend((is_warned && !ALIKE.iter().any(|begin| line.starts_with(begin))).then_some(line));
        }
    }
    assert!(warned.is_empty(), "{warned:#?}");
}

/// A password that people choose, and what stands for it in the list.
const PASSWORD: &str = "hunter2hunter2";

#[test]
fn names_and_places_tell_secrets() {
    let filled = |line: &str| line.replace("\\n", "\n").replace("\\\\", "\\").replace('§', PASSWORD);
    let values: Vec<_> = lines(SECRET).map(filled).collect();
    let is_sure = |text: &String| {
        let pair = split_pair(text);
        let of_value = pair.map(|(name, value)| in_value(name, value));
        [Some(in_text(text)), of_value]
            .into_iter()
            .flatten()
            .all(|clues| clues.iter().any(|clue| clue.is_sure))
    };
    let missed: Vec<_> = values.iter().filter(|text| !is_sure(text)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    for text in values {
        assert!(!starred(&text).contains(PASSWORD), "{text}: {}", starred(&text));
        assert!(hidden(&text).contains(&true), "{text}");
    }
}

/// How tokens stand in files, commands and addresses.
const WITHIN: [&str; 18] = [
    "@",
    "KEY=@\n",
    "KEY=\"@\"",
    "key: '@' # end",
    "{\"key\":\"@\",\"b\":1}",
    "Authorization: Bearer @",
    "curl -H 'X-Key: @' https://example.com",
    "https://example.com/?key=@&b=1",
    "redirect=https%3A%2F%2Fexample.com%3Fkey%3D@%26b%3D1",
    "\\u0022@\\u0022",
    "echo one\\n@\\ntwo",
    "<key>@</key>",
    "[@, b]",
    "`@`",
    "_@_",
    "/@/",
    "+@",
    "\x1b[1;31m@\x1b[0m",
];

/// The rules but for one, which is known by its lines.
fn tokens() -> String {
    let apart = |line: &&str| !line.starts_with("kubernetes-secret-yaml");
    lines(RULES).filter(apart).collect::<Vec<_>>().join("\n")
}

#[test]
fn tokens_are_found_wherever_they_stand() {
    let tokens = tokens();
    let (_, missed) = missed(&tokens, &WITHIN, is_found);
    assert!(missed.is_empty(), "missed: {missed:?}");
}

/// Nothing of a token's own is left, whatever stands around it.
#[test]
fn what_is_found_is_masked_whole() {
    for (name, recipe) in recipes(&tokens()) {
        for seed in 0..5 {
            let sample = made(recipe, seed);
            let shown = mask(&format!("x: \"{sample}\" # end"));
            let has_more = ["://", "-3", "=_", "=> ", "value="].iter().any(|sign| recipe.contains(sign));
            assert!(has_more || shown == "x: \"[redacted]\" # end", "{name}: {shown}");
            for within in WITHIN {
                let text = within.replace('@', &sample);
                let (masked, starred) = (mask(&text), mask_same_length(&text));
                assert_eq!(starred.len(), text.len(), "{name}");
                assert_eq!(starred.matches('\n').count(), text.matches('\n').count(), "{name}");
                // The longest run that chance picked.
                let secret = sample.split(|c: char| !c.is_ascii_alphanumeric()).max_by_key(|run| run.len());
                let secret = secret.expect("a run");
                assert!(!masked.contains(secret), "{name}: {masked}");
                assert!(!starred.contains(secret), "{name}: {starred}");
            }
        }
    }
}

/// A key, its kind and what ends it filled in.
fn key(kind: &str, end: &str, line: &str) -> String {
    made(&format!("-----BEGIN {kind}-----{line}{{base64 64}}{line}{{base64 64}}{line}-----END {end}-----"), 0)
}

#[test]
fn private_keys_are_masked_to_their_end_and_no_further() {
    let word = ["PRIVATE", "KEY"].join(" ");
    for kind in ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "ENCRYPTED SIGSTORE "] {
        let kind = format!("{kind}{word}");
        for line in ["\n", "\r\n", "\\n", "\\r\\n", "\n    ", " ", "\n# ", "\n+", "\\n\\\n"] {
            // `made` takes `\n` for a new line.
            let line = line.replace('\\', "\u{1}");
            let pem = key(&kind, &kind, &line).replace('\u{1}', "\\");
            let text = format!("a: \"{pem}\\n\", b: 1{}c", line.replace('\u{1}', "\\"));
            let shown = mask(&text);
            let rest = text.split_once(&pem).expect("the key").1;
            assert_eq!(shown, format!("a: \"[redacted]{rest}"), "{pem}");
        }
    }
    let kind = format!("PGP {word} BLOCK");
    let block = key(&kind, &kind, "\n");
    assert_eq!(mask(&format!("a\n{block}\nb")), "a\n[redacted]\nb");
    let kind = format!("SSH2 ENCRYPTED {word}");
    let block =
        key(&kind, &kind, "\n").replace("-----BEGIN ", "---- BEGIN ").replace("-----END ", "---- END ");
    assert_eq!(mask(&format!("a\n{}\nb", block.replace("-----", " ----"))), "a\n[redacted]\nb");
    let putty = made("Private-Lines: 2\n{base64 64}\n{base64 40}\nPrivate-MAC: {hex 64}", 0);
    assert!(mask(&putty).starts_with("[redacted]"), "{}", mask(&putty));
}

/// What a key that was cut off leaves behind is not shown; the certificate beside a key is.
#[test]
fn keys_that_do_not_end_are_masked_as_far_as_they_go() {
    let word = ["PRIVATE", "KEY"].join(" ");
    let whole = key(&word, &word, "\n");
    let cut = whole.split("-----END").next().expect("a beginning");
    let certificate = key("CERTIFICATE", "CERTIFICATE", "\n");
    assert_eq!(mask(cut), "[redacted]\n");
    assert_eq!(mask(&format!("{cut}{certificate}\n")), format!("[redacted]\n{certificate}\n"));
    assert_eq!(mask(&format!("{certificate}\n{whole}")), format!("{certificate}\n[redacted]"));
    assert_eq!(mask(&format!("{cut}{whole}")), "[redacted]\n[redacted]");
    let other = key(&word, "CERTIFICATE", "\n");
    assert!(!mask(&other).contains(&whole[40..60]), "{}", mask(&other));
    let encoded = made("LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K{base64 200}", 0);
    assert_eq!(mask(&format!("client-key-data: {encoded}")), "client-key-data: [redacted]");
}

#[test]
fn a_token_that_goes_on_in_the_next_line_is_found() {
    let token = made("ghp_{alnum 36}", 0);
    for at in [2, 4, 10, 30] {
        let (one, two) = token.split_at(at);
        for line in ["\\\n", "\\\n    "] {
            let text = format!("TOKEN=\"{one}{line}{two}\"\necho {line} b");
            let shown = mask(&text);
            assert_eq!(shown, format!("TOKEN=\"[redacted]\"\necho {line} b"));
            assert_eq!(mask_same_length(&text).len(), text.len());
        }
    }
}

#[test]
fn tokens_side_by_side_and_within_each_other_leave_nothing() {
    let token = |seed| made("ghp_{alnum 36}", seed);
    let jwt = made("eyJ{alnum 30}.eyJ{alnum 30}.{alnum 40}", 0);
    for (text, shown) in [
        (format!("{},{}", token(0), token(1)), "[redacted],[redacted]"),
        (format!("{}{}", token(0), token(1)), "[redacted]"),
        (format!("ghs_12345_{jwt}"), "[redacted]"),
        (format!("glsa_ghp_{}", &token(0)[4..]), "glsa_[redacted]"),
        (made("glc_{base64 40}-ghp_{alnum 36}", 0), "[redacted]-[redacted]"),
    ] {
        assert_eq!(mask(&text), shown);
    }
}

proptest::proptest! {
    /// Pieces of tokens and keys in any order: what is found stands in order, apart, and on whole characters.
    #[test]
    fn spans_are_sound(picks in proptest::collection::vec(0usize..24, 0..40)) {
        let pieces = [
            "ghp_", "aB3dE5gH7jK9mN1pQ3sT5uW7xY9zA1bC3dE5", "eyJ", ".eyJ", ".", "-----BEGIN ", "PRIVATE", " KEY", "-----",
            "-----END ", "\n", "\\\n", "\r\n", "é", "🙂", "%3D", "\\n", "LS0tLS1CRUdJTi", "Q~", ":A", "123456789", " ", "_mmk", "\u{200b}",
        ];
        let text: String = picks.iter().map(|pick| pieces[*pick]).collect();
        let mut end = 0;
        for found in find(&text) {
            assert!(found.span.start >= end && found.span.start < found.span.end, "{text:?} {found:?}");
            assert!(text.get(found.span.clone()).is_some(), "{text:?} {found:?}");
            end = found.span.end;
        }
        assert_eq!(mask_same_length(&text).len(), text.len());
    }
}

/// Long texts of beginnings that never become a secret, or become one at its end.
#[test]
fn no_text_takes_long() {
    let begin = ["-----BEGIN PRIVATE", " KEY-----"].concat();
    let encoded = ["LS0tLS1CRUdJTi", "BQUklWQVRFIEtFWS0tLS0t"].concat();
    let jwt = format!("eyJ{}.eyJ{}", "a".repeat(20), "a".repeat(20));
    for unit in [
        "ghp_",
        "ey",
        "eyJ",
        ".eyJ",
        &jwt,
        "ZXlK",
        "pat",
        "sat.",
        "sk-",
        "s.",
        "|",
        "%7C",
        "Q~",
        "_mmk",
        "-us",
        ":A",
        "bot1",
        "sgp_",
        "t1.",
        "sc_aaaaa.aaaa.acc",
        "hooks.slack.com/services/",
        ".webhook.office.com/webhookb2/",
        "@gems.contribsys.com",
        "-----",
        "-----BEGIN",
        &begin,
        "-----END ",
        &encoded,
        "LS0tLS1CRUdJTi",
        "Private-Lines: ",
        "kind: Secret\n",
        "kind: Secret\ndata:\n",
        "kind: Secret\n---\n",
        "\\\n",
        "ghp_\\\n",
        "%3D",
        "a",
        "0",
        "=",
    ] {
        let text = unit.repeat(400_000 / unit.len());
        processor::within(10, unit, || mask(&text).len());
    }
}
