//! The known shapes, as the issuers document them. Many have a least length instead of the documented one, because
//! issuers make their tokens longer from time to time, as GitHub did in 2026.

use super::Alphabet::{Alnum, Base64, Digits, Hex, HexColon, Path, Quoted, Tilde, Token, Upper, Url, Word};
use super::Piece::Text;
use super::{Alphabet, Piece, Run, Shape};
use crate::base::secret::WEB_TOKEN;

const fn exactly(alphabet: Alphabet, length: usize) -> Piece {
    between(alphabet, length, length)
}

const fn between(alphabet: Alphabet, least: usize, most: usize) -> Piece {
    Piece::Run(Run { alphabet, least, most })
}

const fn least(alphabet: Alphabet, least: usize) -> Piece {
    between(alphabet, least, usize::MAX)
}

/// A shape that begins with the fixed text.
const fn row(name: &'static str, anchors: &'static [&'static str], after: &'static [Piece]) -> Shape {
    Shape { name, before: None, anchors, after, is_weak: false }
}

/// A UUID in its usual notation (RFC 9562, section 4).
const UUID: &[Piece] = &[
    exactly(Hex, 8),
    Text("-"),
    exactly(Hex, 4),
    Text("-"),
    exactly(Hex, 4),
    Text("-"),
    exactly(Hex, 4),
    Text("-"),
    exactly(Hex, 12),
];

/// A shape that begins with a fixed text that can easily occur elsewhere.
const fn weak(name: &'static str, anchors: &'static [&'static str], after: &'static [Piece]) -> Shape {
    Shape { name, before: None, anchors, after, is_weak: true }
}

impl Shape {
    /// Adds the characters before the fixed text.
    const fn with(self, alphabet: Alphabet, least: usize, most: usize) -> Self {
        Self { before: Some(Run { alphabet, least, most }), ..self }
    }
}

pub(crate) const SHAPES: &[Shape] = &[
    // Hosts and tools for source code
    row("a GitHub personal access token", &["ghp_"], &[least(Token, 20)]),
    row("a GitHub fine-grained token", &["github_pat_"], &[least(Token, 20)]),
    row("a GitHub OAuth token", &["gho_"], &[least(Token, 20)]),
    row("a GitHub user token", &["ghu_"], &[least(Token, 20)]),
    row("a GitHub installation token", &["ghs_"], &[least(Token, 20)]),
    row("a GitHub refresh token", &["ghr_"], &[least(Token, 20)]),
    row(
        "a GitLab token",
        &[
            "glpat-",
            "gldt-",
            "glrt-",
            "glptt-",
            "glft-",
            "glffct-",
            "glimt-",
            "glagent-",
            "gloas-",
            "glsoat-",
            "glcbt-",
            "glrtr-",
            "glwt-",
            "GR1348941",
        ],
        &[least(Token, 20)],
    ),
    row("a GitLab session", &["_gitlab_session="], &[least(Alnum, 32)]),
    weak("a Bitbucket token", &["ATBB", "BBDC-"], &[least(Token, 28)]),
    row("an Atlassian token", &["ATATT3", "ATCTT3"], &[least(Token, 60)]),
    row("a Sourcegraph token", &["sgp_"], &[exactly(Hex, 40)]),
    row("a Sourcegraph token", &["sgp_"], &[exactly(Hex, 16), Text("_"), exactly(Hex, 40)]),
    row("a Sourcegraph token", &["sgp_local_"], &[exactly(Hex, 40)]),
    row("a SonarQube token", &["squ_", "sqp_", "sqa_"], &[exactly(Alnum, 40)]),
    row("a CircleCI token", &["CCIPAT_"], &[least(Token, 40)]),
    row("a Buildkite token", &["bkua_"], &[exactly(Alnum, 40)]),
    row(
        "a Harness token",
        &["pat.", "sat."],
        &[exactly(Url, 22), Text("."), exactly(Alnum, 24), Text("."), exactly(Alnum, 20)],
    ),
    weak("an Octopus Deploy key", &["API-"], &[exactly(Upper, 26)]),
    row("an Infracost key", &["ico-"], &[exactly(Alnum, 32)]),
    row("a Pulumi token", &["pul-"], &[exactly(Hex, 40)]),
    row("a Snyk token", &["snyk_uat.", "snyk_sat."], &[least(Token, 20)]),
    // Packages and container images
    row("an npm token", &["npm_"], &[exactly(Alnum, 36)]),
    row("a PyPI token", &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"], &[least(Token, 50)]),
    row("a RubyGems key", &["rubygems_"], &[exactly(Hex, 48)]),
    weak("a crates.io token", &["cio"], &[exactly(Alnum, 32)]),
    weak("a NuGet key", &["oy2"], &[exactly(Alnum, 43)]),
    row("a Clojars token", &["CLOJARS_"], &[exactly(Alnum, 60)]),
    row("a Docker Hub token", &["dckr_pat_", "dckr_oat_"], &[least(Token, 20)]),
    weak("an Artifactory key", &["AKCp"], &[exactly(Alnum, 69)]),
    weak("an Artifactory token", &["cmVmd"], &[exactly(Alnum, 59)]),
    row("the password of a gem server", &["@gems.contribsys.com", "@enterprise.contribsys.com"], &[])
        .with(HexColon, 17, 17),
    // Cloud providers and infrastructure
    row("an AWS access key", &["AKIA", "ASIA", "ABIA", "ACCA"], &[exactly(Upper, 16)]),
    row("an AWS access key", &["A3T"], &[exactly(Upper, 17)]),
    row("an Amazon Bedrock key", &["ABSK"], &[least(Base64, 109)]),
    row("an Amazon Bedrock key", &["bedrock-api-key-"], &[least(Base64, 20)]),
    row("a Google API key", &["AIza"], &[exactly(Url, 35)]),
    row("a Google OAuth secret", &["GOCSPX-"], &[least(Url, 28)]),
    row("a Google OAuth token", &["ya29."], &[least(Token, 30)]),
    weak("a Google OAuth refresh token", &["1//0"], &[least(Url, 40)]),
    weak("an Azure client secret", &["Q~"], &[between(Tilde, 31, 34)]).with(Tilde, 4, 4),
    row("an Alibaba Cloud access key", &["LTAI"], &[between(Alnum, 20, 20)]),
    row("a DigitalOcean token", &["dop_v1_", "doo_v1_", "dor_v1_"], &[least(Token, 20)]),
    row("a Cloudflare origin key", &["v1.0-"], &[exactly(Hex, 24), Text("-"), exactly(Hex, 146)]),
    row("a Fly.io token", &["fo1_"], &[exactly(Url, 43)]),
    row("a Fly.io token", &["fm1a_", "fm1r_", "fm2_"], &[least(Base64, 100)]),
    row("a Heroku key", &["HRKU-"], &[least(Url, 36)]),
    row("a Scalingo token", &["tk-us-"], &[exactly(Url, 48)]),
    row("a Netlify token", &["nfp_"], &[exactly(Alnum, 36)]),
    row("a Supabase key", &["sbp_", "sb_secret_"], &[least(Url, 31)]),
    weak("a Neon key", &["napi_"], &[exactly(Alnum, 64)]),
    weak("a Vercel token", &["vcp_", "vci_", "vca_", "vcr_", "vck_"], &[least(Url, 24)]),
    weak("a Render key", &["rnd_"], &[least(Alnum, 24)]),
    weak("a password of Aiven or DigitalOcean", &["AVNS_"], &[exactly(Url, 19)]),
    row("a Tailscale key", &["tskey-"], &[least(Token, 20)]),
    row("a Defined Networking key", &["dnkey-"], &[least(Token, 60)]),
    row("an OpenShift token", &["sha256~"], &[exactly(Url, 43)]),
    weak("a Yandex Cloud key", &["AQVN"], &[between(Url, 35, 38)]),
    row("a Yandex Cloud token", &["t1."], &[least(Url, 10), Text("."), exactly(Url, 86)]),
    row("a Terraform Cloud token", &[".atlasv1."], &[least(Url, 40)]).with(Alnum, 14, 14),
    row("a Vault token", &["hvs.", "hvb.", "hvr."], &[least(Url, 20)]),
    weak("a Vault token", &["s."], &[exactly(Alnum, 24)]),
    row(
        "a Doppler token",
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.said.", "dp.scim.", "dp.audit."],
        &[least(Token, 40)],
    ),
    row("a 1Password service account token", &["ops_eyJ"], &[least(Base64, 50)]),
    row(
        "a 1Password secret key",
        &["A3-"],
        &[
            exactly(Upper, 6),
            Text("-"),
            exactly(Upper, 11),
            Text("-"),
            exactly(Upper, 5),
            Text("-"),
            exactly(Upper, 5),
            Text("-"),
            exactly(Upper, 5),
        ],
    ),
    row(
        "a 1Password secret key",
        &["A3-"],
        &[
            exactly(Upper, 6),
            Text("-"),
            exactly(Upper, 6),
            Text("-"),
            exactly(Upper, 5),
            Text("-"),
            exactly(Upper, 5),
            Text("-"),
            exactly(Upper, 5),
            Text("-"),
            exactly(Upper, 5),
        ],
    ),
    row("an age key", &["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1"], &[least(Alnum, 50)]),
    // Databases and data services
    row("a Databricks token", &["dapi"], &[exactly(Hex, 32)]),
    row("a PlanetScale token", &["pscale_tkn_", "pscale_oauth_", "pscale_pw_"], &[least(Token, 32)]),
    weak("a ClickHouse Cloud key", &["4b1d"], &[exactly(Alnum, 38)]),
    row("an Airtable token", &["pat"], &[exactly(Alnum, 14), Text("."), exactly(Hex, 64)]),
    row("a MaxMind key", &["_mmk"], &[]).with(Word, 36, 36),
    row("a Prefect key", &["pnu_"], &[exactly(Alnum, 36)]),
    row("a SettleMint token", &["sm_aat_", "sm_pat_", "sm_sat_"], &[exactly(Alnum, 16)]),
    // Monitoring
    row("a Grafana token", &["glc_"], &[least(Base64, 32)]),
    row("a Grafana token", &["glsa_"], &[exactly(Alnum, 32), Text("_"), exactly(Hex, 8)]),
    row("a Grafana key", &["eyJrIjoi"], &[least(Base64, 40)]),
    row("a Sentry token", &["sntrys_"], &[least(Path, 40)]),
    row("a Sentry token", &["sntryu_"], &[exactly(Hex, 64)]),
    row("a New Relic key", &["NRAK-", "NRII-"], &[least(Token, 27)]),
    row(
        "a Dynatrace token",
        &["dt0c01.", "dt0s01.", "dt0s02.", "dt0s16."],
        &[exactly(Alnum, 24), Text("."), exactly(Alnum, 64)],
    ),
    row("a PostHog key", &["phx_"], &[least(Alnum, 40)]),
    // E-mail and messages
    weak("a SendGrid key", &["SG."], &[least(Token, 66)]),
    row("a Brevo key", &["xkeysib-", "xsmtpsib-"], &[exactly(Hex, 64), Text("-"), exactly(Alnum, 16)]),
    row("a Mailchimp key", &["-us"], &[between(Digits, 1, 2)]).with(Hex, 32, 32),
    row("a Resend key", &["re_"], &[exactly(Alnum, 8), Text("_"), exactly(Alnum, 24)]),
    row(
        "a Slack token",
        &[
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxo-",
            "xoxe-",
            "xoxe.xoxb-",
            "xoxe.xoxp-",
            "xoxc-",
            "xoxd-",
        ],
        &[least(Token, 8)],
    ),
    row("a Slack token", &["xapp-"], &[exactly(Digits, 1), Text("-"), least(Token, 20)]),
    row(
        "the address of a Slack webhook",
        &["hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/"],
        &[least(Path, 40)],
    ),
    row(
        "the address of a Discord webhook",
        &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        &[least(Digits, 15), Text("/"), least(Url, 40)],
    ),
    row("the address of a Teams webhook", &[".webhook.office.com/webhookb2/"], &[least(Path, 100)])
        .with(Alnum, 1, 63),
    // The number of the bot in base64, a time, and a signature.
    weak(
        "a Discord bot's token",
        &["MD", "MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"],
        &[between(Alnum, 21, 26), Text("."), exactly(Url, 6), Text("."), between(Url, 27, 38)],
    ),
    row("a Telegram bot's token", &[":A"], &[exactly(Url, 34)]).with(Digits, 5, 16),
    row("a Telegram bot's token", &["bot"], &[between(Digits, 5, 16), Text(":A"), exactly(Url, 34)]),
    row("a Twilio key", &["SK"], &[exactly(Hex, 32)]),
    // Payment and commerce
    row(
        "a Stripe key",
        &["sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"],
        &[least(Alnum, 10)],
    ),
    row("the secret of a webhook", &["whsec_"], &[least(Base64, 24)]),
    row("a Polar token", &["polar_oat_", "polar_pat_"], &[least(Alnum, 40)]),
    row("a Square token", &["sq0atp-", "sq0csp-"], &[least(Url, 22)]),
    weak("a Square token", &["EAAA"], &[between(Url, 22, 60)]),
    row("a Shopify token", &["shpat_", "shpca_", "shppa_", "shpss_", "shpua_"], &[least(Hex, 32)]),
    row("a Flutterwave key", &["FLWSECK_TEST-", "FLWSECK-"], &[least(Token, 12)]),
    row("a Plaid token", &["access-sandbox-", "access-development-", "access-production-"], UUID),
    row("an EasyPost key", &["EZAK", "EZTK"], &[exactly(Alnum, 54)]),
    row("a Shippo token", &["shippo_live_", "shippo_test_"], &[exactly(Hex, 40)]),
    row("a Duffel token", &["duffel_live_", "duffel_test_"], &[least(Token, 40)]),
    // Machine learning models
    row("an Anthropic key", &["sk-ant-"], &[least(Token, 60)]),
    row("an OpenAI key", &["sk-proj-", "sk-svcacct-", "sk-admin-"], &[least(Url, 40)]),
    row("an OpenAI key", &["sk-"], &[exactly(Alnum, 20), Text("T3BlbkFJ"), exactly(Alnum, 20)]),
    row("an OpenRouter key", &["sk-or-v1-"], &[exactly(Hex, 64)]),
    row("a Hugging Face token", &["hf_", "api_org_"], &[exactly(Alnum, 34)]),
    row("a Perplexity key", &["pplx-"], &[exactly(Alnum, 48)]),
    row("a Groq key", &["gsk_"], &[exactly(Alnum, 52)]),
    row("a Replicate token", &["r8_"], &[exactly(Alnum, 37)]),
    weak("a DeepSeek key", &["sk-"], &[exactly(Hex, 32)]),
    weak("an ElevenLabs key", &["sk_"], &[exactly(Hex, 48)]),
    row("an xAI key", &["xai-"], &[exactly(Alnum, 80)]),
    row("a LangSmith key", &["lsv2_pt_", "lsv2_sk_"], &[exactly(Hex, 32), Text("_"), exactly(Hex, 10)]),
    // Other services
    row("a Freemius key", &["=> 'sk_", "=> \"sk_"], &[exactly(Quoted, 29)]),
    row(
        "a password for NuGet",
        &["\"Password\" value=\"", "\"ClearTextPassword\" value=\""],
        &[exactly(Alnum, 1), least(Quoted, 7)],
    ),
    row("an Adobe client secret", &["p8e-"], &[exactly(Alnum, 32)]),
    row(
        "an Authress key",
        &["sc_", "ext_", "scauth_", "authress_"],
        &[
            between(Alnum, 5, 30),
            Text("."),
            between(Alnum, 4, 6),
            Text(".acc"),
            between(Url, 11, 33),
            Text("."),
            least(Path, 30),
        ],
    ),
    row("a Facebook token", &["|", "%7C", "%7c"], &[between(Url, 27, 40)]).with(Digits, 15, 16),
    weak("a Facebook token", &["EAAM", "EAAC"], &[least(Alnum, 100)]),
    row("a Frame.io token", &["fio-u-"], &[exactly(Url, 64)]),
    row("a 42 client secret", &["s-s4t2ud-", "s-s4t2af-"], &[exactly(Hex, 64)]),
    row("a Linear key", &["lin_api_"], &[exactly(Alnum, 40)]),
    row("a Notion token", &["ntn_"], &[exactly(Alnum, 46)]),
    weak("a Notion token", &["secret_"], &[exactly(Alnum, 43)]),
    row("a HubSpot token", &["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"], UUID),
    row("a Contentful token", &["CFPAT-"], &[exactly(Url, 43)]),
    row("a Mapbox secret token", &["sk.eyJ1"], &[least(Url, 40), Text("."), least(Url, 20)]),
    row("a Postman key", &["PMAK-"], &[exactly(Hex, 24), Text("-"), exactly(Hex, 34)]),
    row("a ReadMe key", &["rdme_"], &[least(Alnum, 60)]),
    row("a Typeform token", &["tfp_"], &[least(Token, 50)]),
    weak("a Dropbox token", &["sl."], &[least(Token, 130)]),
    row("a Figma token", &["figd_"], &[least(Url, 40)]),
    // Tokens that many issuers use
    row(WEB_TOKEN, &["eyJ"], &[least(Url, 14), Text(".ey"), least(Url, 15), Text("."), least(Url, 0)]),
    row(WEB_TOKEN, &["ey"], &[least(Alnum, 17), Text(".ey"), least(Url, 15), Text("."), least(Url, 0)]),
    row("a JSON Web Token in base64", &["ZXlK"], &[least(Base64, 44)]),
];
