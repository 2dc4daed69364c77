//! Scalars as PyYAML's safe loader reads them: by YAML 1.1, in which `no`, `022` and `1:30` are not texts.

use super::node::Value;

impl Value {
    /// A plain scalar by its looks.
    #[must_use]
    pub(crate) fn of_plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Self::Bool(true),
            "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
                return Self::Bool(false);
            }
            _ => {}
        }
        // The longest number that anybody means; a longer one stays what it looks like.
        if text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            if let Some(number) = int(text) {
                return Self::Int(number);
            }
            if let Some(number) = float(text) {
                return Self::Float(number);
            }
            if is_date(text) {
                return Self::Date(text.to_owned());
            }
        }
        Self::Text(text.to_owned())
    }
}

/// PyYAML's integers; one too large for any use stays a text.
fn int(text: &str) -> Option<i128> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let radix = |digits: &str, radix| i128::from_str_radix(&digits.replace('_', ""), radix).ok();
    let only = |digits: &str, allowed: fn(u8) -> bool| {
        digits.bytes().all(|b| allowed(b) || b == b'_') && !digits.is_empty()
    };
    let value = if let Some(binary) = digits.strip_prefix("0b") {
        radix(binary, 2).filter(|_| only(binary, |b| matches!(b, b'0' | b'1')))?
    } else if let Some(hex) = digits.strip_prefix("0x") {
        radix(hex, 16).filter(|_| only(hex, |b| b.is_ascii_hexdigit()))?
    } else if digits == "0" {
        0
    } else if let Some(octal) = digits.strip_prefix('0') {
        radix(octal, 8).filter(|_| only(octal, |b| matches!(b, b'0'..=b'7')))?
    } else if digits.starts_with(|c: char| c.is_ascii_digit()) {
        let mut parts = digits.split(':');
        let first = parts.next().filter(|part| only(part, |b| b.is_ascii_digit()))?;
        parts.try_fold(radix(first, 10)?, |sum, part| {
            let small = is_sixtieth(part).then(|| part.parse::<i128>().ok()).flatten()?;
            sum.checked_mul(60)?.checked_add(small)
        })?
    } else {
        return None;
    };
    Some(if negative { -value } else { value })
}

/// One or two digits below sixty.
fn is_sixtieth(part: &str) -> bool {
    match part.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    }
}

/// PyYAML's floats: a point is needed, an exponent needs its sign.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (whole, rest) = unsigned.split_once('.')?;
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at)?, rest.get(at + 1..)),
        None => (rest, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let good_exponent = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|e| !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit()))
    });
    let starts = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    if !digits(fraction) || !good_exponent {
        return None;
    }
    if whole.contains(':') {
        let mut parts = whole.split(':');
        let first = parts.next().filter(|part| starts(part) && digits(part))?;
        return (exponent.is_none() && parts.all(is_sixtieth))
            .then(|| first.replace('_', "").parse().ok())
            .flatten();
    }
    let good =
        if whole.is_empty() { starts(fraction) && unsigned.len() == text.len() } else { starts(whole) };
    (good && digits(whole)).then(|| text.replace('_', "").parse().ok()).flatten()
}

/// PyYAML's dates: `2024-01-31`, or one with a time.
fn is_date(text: &str) -> bool {
    let (day, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..)),
        None => (text, None),
    };
    let parts: Vec<_> = day.split('-').collect();
    let [year, month, date] = parts.as_slice() else { return false };
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let least = if time.is_some() { 1 } else { 2 };
    let clock = time
        .is_none_or(|time| time.trim_start().starts_with(|c: char| c.is_ascii_digit()) && time.contains(':'));
    digits(year, 4, 4) && digits(month, least, 2) && digits(date, least, 2) && clock
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values PyYAML 6 gives.
    #[test]
    fn as_pyyaml_reads_them() {
        for (text, value) in [
            ("0644", Value::Int(420)),
            ("010", Value::Int(8)),
            ("1:30", Value::Int(90)),
            ("22:22", Value::Int(1342)),
            ("1_000", Value::Int(1000)),
            ("0x1F", Value::Int(31)),
            ("0b11", Value::Int(3)),
            ("-5", Value::Int(-5)),
            ("0", Value::Int(0)),
            ("1.10", Value::Float(1.1)),
            ("1.", Value::Float(1.0)),
            (".5", Value::Float(0.5)),
            ("1.5e+3", Value::Float(1500.0)),
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("~", Value::Null),
            ("2024-01-31", Value::Date("2024-01-31".to_owned())),
        ] {
            assert_eq!(Value::of_plain(text), value, "{text}");
        }
        for text in [
            "y",
            "n",
            "0o644",
            "1e3",
            "1.5e3",
            "08",
            "0.0.0.0",
            "1.2.3",
            "-",
            "+",
            ".",
            "80:80:80a",
            "1:99",
            "a",
        ] {
            assert_eq!(Value::of_plain(text), Value::Text(text.to_owned()), "{text}");
        }
    }
}
