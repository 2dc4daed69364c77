use super::*;

fn sure(clues: &[Clue]) -> Vec<ClueKind> {
    clues.iter().filter(|clue| clue.is_sure).map(|clue| clue.kind).collect()
}

#[test]
fn a_telling_name_makes_a_value_a_secret() {
    for (name, value) in [
        ("DB_PASSWORD", "hunter2hunter2"),
        ("dbPassword", "x"),
        ("smtp-pass", "two words"),
        ("API_KEY", "0123"),
        ("PASSWORD", "${PASSWORD:-hunter2}"),
        ("PASSWORD", "${PREFIX}hunter2"),
        ("PASSWORD", "$ecret1"),
        ("APP_DSN", "app:hunter2@db/app"),
        ("CREDENTIALS", "{\"user\": \"a\"}"),
        ("Authorization", "Bearer abc"),
    ] {
        let clues = in_value(name, value);
        assert_eq!(sure(&clues), [ClueKind::Name], "{name}={value}");
        assert!(!clues[0].what().contains(value), "{name}");
    }
}

#[test]
fn references_variables_and_switches_are_none() {
    for value in [
        "",
        "${DB_PASSWORD}",
        "${DB_PASSWORD:?is not set}",
        "${DB_PASSWORD:-}",
        "$DB_PASSWORD",
        "$${DB_PASSWORD}",
        "{{ password }}",
        "{env.PASSWORD}",
        "{$PASSWORD}",
        "file:///etc/firstlight/DB_PASSWORD",
        "generate",
        "@generate@",
        "@file:///etc/firstlight/x@",
        "/run/secrets/db",
        "true",
        "none",
        "<password>",
        "***",
        "Bearer ${TOKEN}",
    ] {
        assert_eq!(in_value("DB_PASSWORD", value), [], "{value}");
    }
    for (name, value) in [
        ("DB_PASSWORD_FILE", "x"),
        ("SENTRY_DSN", "https://0123456789@o1.ingest.example.com/12"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live"),
    ] {
        assert_eq!(sure(&in_value(name, value)), [], "{name}={value}");
    }
}

#[test]
fn a_telling_place_makes_a_part_a_secret() {
    for (value, secret) in [
        ("postgres://app:s3cretPassw0rd@db/app", "app:s3cretPassw0rd"),
        ("https://example.com/hook?token=abc", "abc"),
        ("docker login ghcr.io -u me -p hunter2", "hunter2"),
        ("Server=db;User=app;Password=hunter2;", "hunter2"),
        ("curl -H 'Authorization: Bearer abcdef1'", "abcdef1"),
        ("basic_auth {\n\tbob $2a$14$abcdefghijk\n}\n", "$2a$14$abcdefghijk"),
    ] {
        let clues = in_value("X", value);
        let found: Vec<_> = clues
            .iter()
            .filter(|clue| clue.is_sure)
            .map(|clue| value.get(clue.span.clone()).unwrap_or_default())
            .collect();
        assert_eq!(found, [secret], "{value}");
    }
}

#[test]
fn randomness_alone_is_no_more_than_a_doubt() {
    let word = "x3Kd9aQ7mZ2pLr8TnV5cYw1B";
    for (name, is_sure) in
        [("COMMIT", false), ("", false), ("SESSION_KEY", true), ("CACHE_KEY", false), ("COOKIE_SALT", true)]
    {
        let clues = in_value(name, word);
        assert_eq!(
            clues.iter().map(|clue| (clue.kind, clue.is_sure)).collect::<Vec<_>>(),
            [(ClueKind::Random, is_sure)],
            "{name}"
        );
    }
    let line = format!("X: {word}\nSESSION_KEY={word}\n");
    let clues = in_text(&line);
    assert_eq!(clues.iter().map(|clue| clue.is_sure).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn base64_around_a_whole_value_hides_no_shape() {
    use base64::Engine as _;
    let token = format!("ghp_{}", "Ab1".repeat(12));
    let value = base64::engine::general_purpose::STANDARD.encode(format!("me:{token}"));
    assert_eq!(sure(&in_value("X", &value)), [ClueKind::Shape]);
}

#[test]
fn comments_are_doubts() {
    assert_eq!(sure(&in_text("# DB_PASSWORD=hunter2\n; url = http://a:b@c\n")), []);
}
