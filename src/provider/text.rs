//! The providers as text: a table of all, or everything that is known about one.

use super::{ChangeEffect, Gzip, Limit, Login, NextBoot, PROVIDERS, Provider, Takes};

/// The table of all providers as text: a line of headings, and one line for each provider.
#[must_use]
pub fn table() -> String {
    let head = ["PROVIDER", "LIMIT", "GZIP", "CHANGE", "NEXT BOOT", "LOGIN", "TERRAFORM"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(PROVIDERS.iter().map(Provider::cells)).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = (0..7).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        })
        .collect()
}

impl Provider {
    fn cells(&self) -> [String; 7] {
        let limit = match self.limit {
            Limit::Bytes(bytes) => bytes.to_string(),
            Limit::None => "none".to_owned(),
            Limit::Unknown => "unknown".to_owned(),
        };
        let gzip = match self.gzip {
            Gzip::Decoded => "yes",
            Gzip::AsSent => "yes, with base64",
            Gzip::No => "no",
            Gzip::Unknown => "unknown",
        };
        let change = match self.change {
            ChangeEffect::Replaced => "new server",
            ChangeEffect::Reinstalled => "reinstalled",
            ChangeEffect::Restarted => "stopped, started",
            ChangeEffect::Kept => "in place",
            ChangeEffect::Refused => "refused",
            ChangeEffect::Unknown => "unknown",
            ChangeEffect::None => "",
        };
        let next_boot = match self.next_boot {
            NextBoot::Fetched => "runs bootcmd",
            NextBoot::Kept => "nothing",
            NextBoot::NewInstance => "runs all",
            NextBoot::Unknown => "unknown",
        };
        let login = match self.login {
            Login::Root => "root".to_owned(),
            Login::Sudo { ubuntu, debian } if ubuntu != debian => format!("{ubuntu}, {debian}"),
            Login::Sudo { ubuntu, .. } => ubuntu.to_owned(),
            Login::Chosen => "you choose it".to_owned(),
            Login::Unknown => "unknown".to_owned(),
        };
        let [name, gzip, change, next_boot, terraform] =
            [self.name, gzip, change, next_boot, self.terraform].map(str::to_owned);
        [name, limit, gzip, change, next_boot, login, terraform]
    }

    /// Everything that is known about the provider as text: its name, one line for each fact, and the sources.
    #[must_use]
    pub fn details(&self) -> String {
        let [name, limit, gzip, change, next_boot, login, terraform] = self.cells();
        let takes = match self.takes {
            Takes::Document => "anything that cloud-init reads",
            Takes::Script => "only a script: firstlight render --format script",
        };
        let limit = if self.counts.is_empty() { limit } else { format!("{limit} ({})", self.counts) };
        let or_unknown = |text: Option<&str>| text.unwrap_or("unknown").to_owned();
        let lines = [
            ("Accepts", takes.to_owned()),
            ("Size limit", limit),
            ("Base64 of gzip", gzip),
            ("Terraform", terraform),
            ("Terraform, base64", self.terraform_base64.unwrap_or("").to_owned()),
            ("After a change", change),
            ("Next boot", next_boot),
            ("Datasource", or_unknown(self.datasource)),
            ("Login", login),
            ("Readable at", or_unknown(self.readable)),
            ("Sources", self.sources.join("\n                   ")),
        ];
        let line = |(what, value): (&str, String)| format!("{what:<17}  {value}\n");
        let shown = lines.into_iter().filter(|(_, value)| !value.is_empty());
        format!("{name}\n\n{}", shown.map(line).collect::<String>())
    }
}
