//! Tests of what each type accepts, of its normal form, and of what it refuses and which part is wrong.

use super::*;
use crate::base::problem::Problem;

/// Each text is accepted and printed in its normal form.
fn accepts<T: std::fmt::Display>(parse: impl Fn(&str) -> Result<T, Problem>, pairs: &[(&str, &str)]) {
    for (text, normal) in pairs {
        match parse(text) {
            Ok(value) => assert_eq!(value.to_string(), *normal, "{text:?}"),
            Err(problem) => panic!("{text:?}: {}", problem.message),
        }
        assert!(
            parse(normal).is_ok_and(|value| value.to_string() == *normal),
            "{normal:?} is no normal form"
        );
    }
}

fn takes<T: std::fmt::Display>(parse: impl Fn(&str) -> Result<T, Problem>, texts: &[&str]) {
    let pairs: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    accepts(parse, &pairs);
}

/// Each text is refused, and the problem names the wrong part.
fn refuses<T: std::fmt::Display>(parse: impl Fn(&str) -> Result<T, Problem>, pairs: &[(&str, &str)]) {
    for (text, part) in pairs {
        match parse(text) {
            Ok(value) => panic!("{text:?} became {value}"),
            Err(problem) => {
                let range = problem.part.clone().unwrap_or(0..text.len());
                assert_eq!(text.get(range), Some(*part), "{text:?}: {}", problem.message);
                assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{text:?}");
            }
        }
    }
}

/// Each text is refused as a whole.
fn refuses_all<T: std::fmt::Display>(parse: impl Fn(&str) -> Result<T, Problem>, texts: &[&str]) {
    let pairs: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    refuses(parse, &pairs);
}

#[test]
fn domains() {
    let longest = format!("{0}.{0}.{0}.{1}.com", "a".repeat(61), "b".repeat(63));
    assert_eq!(longest.len(), 253);
    accepts(
        Domain::parse,
        &[
            ("infrakt.example.com", "infrakt.example.com"),
            ("Infrakt.EXAMPLE.Com", "infrakt.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("日本語.jp", "xn--wgv71a119e.jp"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("a-b.c1.de", "a-b.c1.de"),
            ("1.example.com", "1.example.com"),
            (&longest, &longest),
        ],
    );
    let label = "a".repeat(64);
    refuses(
        Domain::parse,
        &[
            ("a\nb.example.com", "\n"),
            ("a\0b.example.com", "\0"),
            ("a b.example.com", " "),
            ("{x}.example.com", "{"),
            ("x}.example.com", "}"),
            ("a#b.example.com", "#"),
            ("a\"b.example.com", "\""),
            ("a`b.example.com", "`"),
            ("a$b.example.com", "$"),
            ("a_b.example.com", "_"),
            ("\u{2028}.example.com", "\u{2028}"),
            ("a.example.com,b.example.com", ",b.example.com"),
            ("https://a.example.com/x", "https://"),
            ("a.example.com:443", ":443"),
            ("a.example.com/x", "/x"),
            ("root@a.example.com", "root@"),
            ("a.example.com.", "."),
            (".", "."),
            ("..", "."),
            ("*.example.com", "*."),
            (&format!("{label}.example.com"), &label),
            ("p\u{430}ypal.example.com", "p\u{430}ypal"),
            ("xn--pypal-4ve.com", "xn--pypal-4ve"),
        ],
    );
    refuses_all(
        Domain::parse,
        &[
            "",
            "com",
            "localhost",
            "192.0.2.1",
            "192.0.2.300",
            "2001:db8::1",
            "[::1]",
            "-a.example.com",
            "a-.example.com",
            "a..example.com",
            ".example.com",
            "xn--example-.org",
            "xn--a.example",
            "\u{200b}.example.com",
            "🚀\u{202e}.example.com",
            "a\u{3002}\u{3002}example.com",
        ],
    );
    assert!(Domain::parse(&format!("a{longest}")).is_err());
    assert!(Domain::parse(&"a.".repeat(1 << 19)).is_err());
}

#[test]
fn emails() {
    accepts(
        Email::parse,
        &[
            ("admin@example.com", "admin@example.com"),
            ("First.Last+tag@Example.COM", "First.Last+tag@example.com"),
            ("a'b!#$%&*/=?^_~-@example.com", "a'b!#$%&*/=?^_~-@example.com"),
            ("post@bücher.example", "post@xn--bcher-kva.example"),
        ],
    );
    refuses(
        Email::parse,
        &[
            ("admin", "admin"),
            ("", ""),
            ("@example.com", ""),
            ("a b@example.com", " "),
            ("a@b@example.com", "@"),
            ("{x}@example.com", "{"),
            ("a`b@example.com", "`"),
            ("\"a\"@example.com", "\""),
            (".a@example.com", ".a"),
            ("a.@example.com", "a."),
            ("a..b@example.com", "a..b"),
            ("a@localhost", "localhost"),
            ("a@example.com.", "."),
            ("a@", ""),
            ("ops\n@example.com", "\n"),
        ],
    );
}

#[test]
fn images() {
    let digest = format!("caddy@sha256:{}", "0123456789abcdef".repeat(4));
    let both = format!("ghcr.io/a/b:v1@sha256:{}", "0".repeat(64));
    takes(
        Image::parse,
        &[
            "caddy",
            "caddy:2-alpine",
            "library/caddy",
            "ghcr.io/owner/name",
            "ghcr.io/owner/name:v1.2_3-x",
            "GHCR.io/owner/name",
            "localhost/x",
            "localhost:5000/x/y/z:1",
            "registry.example.org:5000/acme/panel",
            "x/a.b__c--d_e/f",
            "a/b:_tag",
            &digest,
            &both,
        ],
    );
    refuses(
        Image::parse,
        &[
            ("", ""),
            ("https://ghcr.io/a/b", "https://ghcr.io/a/b"),
            ("a b", " "),
            ("a$b", "$"),
            ("a\nb", "\n"),
            ("ghcr.io/Owner/name", "Owner"),
            ("caddy:", ":"),
            ("caddy:-x", ":-x"),
            ("caddy:.x", ":.x"),
            ("caddy@sha256:abc", "@sha256:abc"),
            ("caddy@md5:abc", "@md5:abc"),
            ("a//b", ""),
            ("/a", ""),
            ("a/", ""),
            ("-a", "-a"),
            ("a-/b", "a-"),
            ("a..b/c", "a..b"),
            ("x/a..b", "a..b"),
            ("x/a___b", "a___b"),
            ("x/a._b", "a._b"),
            ("a:b:c", "a:b"),
            ("host:port/a", "host:port"),
            ("host:99999/a", "host:99999"),
            ("-host.io/a", "-host.io"),
            ("host..io/a", "host..io"),
        ],
    );
    let long = format!("caddy:{}", "a".repeat(129));
    assert!(Image::parse(&long).is_err());
    assert!(Image::parse(&"a/".repeat(1 << 19)).is_err());
    for (image, registry) in [
        ("caddy", "docker.io"),
        ("library/caddy", "docker.io"),
        ("ghcr.io/a/b:1", "ghcr.io"),
        ("localhost/a", "localhost"),
        ("registry:5000/a", "registry:5000"),
    ] {
        assert_eq!(Image::parse(image).map(|i| i.registry().to_owned()), Ok(registry.to_owned()), "{image}");
    }
}

#[test]
fn names_and_variables() {
    let longest = "a".repeat(32);
    takes(Name::parse, &["a", "web", "my-app-2", &longest]);
    refuses(Name::parse, &[("My", "M"), ("a_b", "_"), ("a b", " "), ("a/b", "/"), ("é", "é"), ("a.b", ".")]);
    refuses_all(Name::parse, &["", "1a", "-a", "a-", &"a".repeat(33)]);
    takes(ServiceName::parse, &["a", "my_web", "Web-1", "a.b", "1", &"a".repeat(63)]);
    refuses(ServiceName::parse, &[("a b", " "), ("a/b", "/"), ("é", "é"), ("a:1", ":")]);
    refuses_all(
        ServiceName::parse,
        &["", "-a", "a-", "_a", "a_", "a..b", "a.-b", ".a", "a.", &"a".repeat(64)],
    );
    takes(Variable::parse, &["A", "_", "_1", "Path_2", "no"]);
    refuses(Variable::parse, &[("A-B", "-"), ("A=B", "="), ("A B", " "), ("Ä", "Ä"), ("A$", "$")]);
    refuses_all(Variable::parse, &["", "1A"]);
}

#[test]
fn paths_on_the_server() {
    let longest = format!("/{}", "a".repeat(254));
    takes(
        GuestPath::parse,
        &["/a", "/opt/infrakt/ssh", "/srv/a.b_c-d+e@f", "/device", "/process/x", &longest],
    );
    refuses(
        GuestPath::parse,
        &[
            ("/a b", " "),
            ("/a\nb", "\n"),
            ("/a\0", "\0"),
            ("/a$b", "$"),
            ("/a%b", "%"),
            ("/a:b", ":"),
            ("/ä", "ä"),
            ("/a/../b", ".."),
            ("/..", ".."),
            ("/./a", "."),
            ("/a//b", ""),
            ("/a/", ""),
            ("//a", ""),
            ("/proc", "/proc"),
            ("/proc/self/environ", "/proc"),
            ("/sys/x", "/sys"),
            ("/dev/null", "/dev"),
        ],
    );
    refuses_all(
        GuestPath::parse,
        &["", "a", "./a", "../a", "~/a", "/", "C:\\a", &format!("/{}", "a".repeat(255))],
    );
}

#[test]
fn paths_in_urls() {
    takes(UrlPath::parse, &["/", "/api/health", "/a%20b", "/up?a=%7B&b=c", "/~x/!@,;:+"]);
    refuses(
        UrlPath::parse,
        &[
            ("/a b", " "),
            ("/a\nb", "\n"),
            ("/a#b", "#"),
            ("/{x}", "{"),
            ("/a\"", "\""),
            ("/ü", "ü"),
            ("/$x", "$"),
        ],
    );
    refuses_all(UrlPath::parse, &["", "api", "//evil.example.com", "https://a/b"]);
}

#[test]
fn modes() {
    takes(Mode::parse, &["0600", "0644", "0755", "0000", "0777"]);
    refuses_all(
        Mode::parse,
        &["", "600", "1755", "0o644", "0688", "00644", "rw-------", "-644", "+644", "０644"],
    );
    assert_eq!(Mode::parse("0640").map(Mode::bits), Ok(0o640));
}

#[test]
fn repositories_and_branches() {
    takes(Repository::parse, &["E4Dev-Solutions/e4dev-infrakt", "a/b", "a/.github", "a1-b/c_d.e"]);
    refuses(Repository::parse, &[("a b/c", " "), ("a/b?c", "?"), ("a/ü", "ü"), ("a/b\n", "\n")]);
    refuses_all(
        Repository::parse,
        &[
            "",
            "a",
            "/a",
            "a/",
            "a/b/c",
            "a/.",
            "a/..",
            "-a/b",
            "a_b/c",
            "https://github.com/a/b",
            "git@github.com:a/b",
            &format!("{}/b", "a".repeat(40)),
        ],
    );
    takes(Branch::parse, &["main", "release/2.x", "v1.0", "feature/a-b_c"]);
    refuses(
        Branch::parse,
        &[("a b", " "), ("a~1", "~"), ("a^", "^"), ("a:b", ":"), ("a?b", "?"), ("a&b", "&")],
    );
    refuses_all(
        Branch::parse,
        &["", "-a", "/a", "a/", ".a", "a.", "a..b", "a//b", "a/.b", "a.lock", &"a".repeat(201)],
    );
}

#[test]
fn only_some_domains_are_public() {
    for (text, is_public) in [
        ("a.localhost", false),
        ("printer.local", false),
        ("host.internal", false),
        ("shop.test", false),
        ("shop.example", false),
        ("shop.home.arpa", false),
        ("home.arpa", false),
        ("abc.onion", false),
        ("server.localdomain", false),
        ("shop.corp", false),
        ("shop.intranet", false),
        ("shop.private", false),
        ("shop.alt", false),
        ("shop.example.com", true),
        ("local.de", true),
        ("a.arpa", true),
        ("shop.latest", true),
    ] {
        assert_eq!(Domain::parse(text).expect("a domain").is_public(), is_public, "{text}");
    }
}

#[test]
fn acme_directories() {
    takes(
        AcmeDirectory::parse,
        &["production", "staging", "https://ca.example.org:9000/acme/directory", "https://10.0.0.1/dir?x=1"],
    );
    refuses_all(
        AcmeDirectory::parse,
        &["", "Staging", "letsencrypt", "http://ca.example.org", "https://", "https:///x", "https://-x"],
    );
    refuses(
        AcmeDirectory::parse,
        &[("https://a b", " "), ("https://a/{x}", "{"), ("https://a#b", "#"), ("https://u@a", "@")],
    );
    assert_eq!(AcmeDirectory::Production.url(), "");
}

#[test]
fn days() {
    takes(Date::parse, &["2027-02-01", "2024-02-29", "1970-01-01", "9999-12-31"]);
    refuses_all(
        Date::parse,
        &[
            "",
            "2027-2-1",
            "20270201",
            "2027-02-30",
            "2026-02-29",
            "2027-13-01",
            "1.2.2027",
            "2027-02-01T00:00",
        ],
    );
    let days = |to: &str, from: &str| Date::parse(to).map(|to| Date::parse(from).map(|from| to.since(from)));
    assert_eq!(days("2027-03-01", "2027-02-01"), Ok(Ok(28)));
    assert_eq!(days("2026-12-31", "2027-01-01"), Ok(Ok(-1)));
}

#[test]
fn references() {
    takes(SecretRef::parse, &["file:///etc/firstlight/ghcr-token", "generate", "none"]);
    let examples: Vec<_> = Scheme::ALL.iter().map(|scheme| scheme.example()).collect();
    takes(SecretRef::token, &examples);
    accepts(
        SecretRef::parse,
        &[
            ("ref+awsssm://a/b?region=eu-west-1", "awsssm://a/b?region=eu-west-1"),
            ("ref+awssecrets://a?region=eu-west-1#/key", "awssecrets://a?region=eu-west-1#key"),
            ("gcpsecrets://p/s?version=3", "gcpsecrets://p/s?version=3"),
            (
                "vault://kv/a/b?secret_id=credential://x&role_id=r&address=https://v:8200#k",
                "vault://kv/a/b?address=https://v:8200&role_id=r&secret_id=credential://x#k",
            ),
        ],
    );
    for (text, is_one) in [
        ("ref+awsssm://a?region=eu-west-1", true),
        ("awsssm://a?region=eu-west-1", true),
        ("ref+file:///a", false),
    ] {
        assert_eq!(SecretRef::is_one(text), is_one, "{text}");
    }
    takes(SecretRef::token, &["file:///srv/token", "none"]);
    takes(SecretRef::secret, &["file:///srv/secret", "generate"]);
    refuses_all(SecretRef::token, &["generate"]);
    refuses_all(SecretRef::secret, &["none"]);
    refuses(
        SecretRef::parse,
        &[
            ("fil:///a", "fil"),
            ("ref+file:///a", "ref+"),
            ("awssm://a?region=eu-west-1", "awssm"),
            ("awsssm://a", "awsssm://a"),
            ("awsssm://a?regoin=r", "regoin=r"),
            ("awsssm://a?region=cn-north-1", "cn-north-1"),
            ("awssecrets://a?region=eusc-de-east-1", "eusc-de-east-1"),
            ("awsssm://a?region=eu-west-1&region=eu-west-2", "region=eu-west-2"),
            ("awsssm://a?region=", ""),
            ("awsssm://a?region=frankfurt", "frankfurt"),
            ("awsssm://a?region=eu-central", "eu-central"),
            ("awsssm://a?region=eu-west-1#key", "#key"),
            ("awsssm://a//b?region=eu-west-1", ""),
            ("awsssm://a/../b?region=eu-west-1", ".."),
            ("awsssm://a b?region=eu-west-1", " "),
            ("gcpsecrets://p", "p"),
            ("gcpsecrets://p/s/t", "p/s/t"),
            ("azurekeyvault://my-vault/s?version=1", "?version=1"),
            ("azurekeyvault://my_vault/s", "my_vault"),
            ("azurekeyvault://v/s", "v"),
            ("azurekeyvault://my-vault/s.t", "s.t"),
            ("credential://a/b", "a/b"),
            ("credential://", ""),
            ("terraform://a-b", "-"),
            ("env://1A", "1A"),
            ("env://A\n", "\n"),
            ("vault://a/b#k", "vault://a/b#k"),
            ("vault://a/b?address=http://v&wrapped=file:///x#k", "http://v"),
            (
                "vault://a/b?address=https://v&wrapped=file:///x",
                "vault://a/b?address=https://v&wrapped=file:///x",
            ),
            ("vault://a/b?address=https://v&wrapped=env://X#k", "env://X"),
            ("vault://a/b?address=https://v&role_id=r#k", "vault://a/b?address=https://v&role_id=r#k"),
            ("vault://a/b?address=https://v&wrapped=file:///a/../b#k", ".."),
            ("FILE:///a", "FILE"),
            ("file://a/b", "a/b"),
            ("file://", ""),
            ("file:///a#key", "#key"),
            ("file:///a?version=1", "?version=1"),
            ("file:///a b", " "),
            ("file:///a\n", "\n"),
            ("file:///a/../b", ".."),
            ("file:///proc/self/environ", "/proc"),
            (" file:///a", " file"),
        ],
    );
    refuses_all(SecretRef::parse, &["", "/etc/token", "token", "file:/a", "file:", "None", "hunter2"]);
    let token = format!("ghp_{}", "Ab1".repeat(12));
    refuses(SecretRef::parse, &[(&token, &token), (&format!("file:///{token}"), &token)]);
}

#[test]
fn volumes() {
    takes(Volume::parse, &["data:/var/lib/app", "/srv/files:/files:ro", "data:/a:ro"]);
    refuses(
        Volume::parse,
        &[
            ("data", "data"),
            ("", ""),
            ("data:", ""),
            ("data:relative", "relative"),
            ("./data:/data", "./data"),
            ("Data:/data", "Data"),
            ("/proc:/x", "/proc"),
            ("data:/a/../b", ".."),
            ("data:/a:rw", ":"),
            ("data:/a b", " "),
        ],
    );
}
