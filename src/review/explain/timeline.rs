//! How long each step of a server's first boot took, as an SVG image, from what `firstlight status --json` printed there.

use serde::Deserialize;

use super::svg::escaped;
use crate::host::{HostStep, STEPS};
use crate::text::printable::label;

/// The most steps that are shown.
const MOST: usize = 40;

/// Pixels.
const WIDTH: f64 = 960.0;
const LEFT: f64 = 130.0;
const RIGHT: f64 = 150.0;
const ROW: f64 = 30.0;
const BAR: f64 = 18.0;
const TOP: f64 = 56.0;

const STYLE: &str = "\
.ground{fill:#fff}text{font:12px system-ui,sans-serif;fill:#1f2328}.name{font-weight:600;font-size:13px}\
.grid{stroke:#d1d9e0}.wait{fill:none;stroke:#59636e;stroke-width:1.5}.tick{fill:#59636e}\
.before{fill:#54aeff}.done{fill:#4ac26b}.failed{fill:#e5534b}.open{fill:#f0a35e}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.tick{fill:#c9d1d9}.grid{stroke:#30363d}\
.wait{stroke:#9198a1}.before{fill:#1f6feb}.done{fill:#238636}.failed{fill:#b62324}.open{fill:#bd561d}}";

/// What `firstlight status --json` prints, as `profiles/_host/status.schema.json` says.
#[derive(Debug, Deserialize)]
struct Status {
    version: u32,
    steps: Vec<Step>,
}

/// A step of it. Times are in seconds since the server's start; 0 means that it has not come to that.
#[derive(Debug, Deserialize)]
struct Step {
    step: String,
    state: String,
    began: f64,
    ended: f64,
}

/// The times of a first boot.
#[derive(Debug)]
pub struct Timeline {
    steps: Vec<Step>,
    /// The seconds that the image shows.
    end: f64,
}

impl Timeline {
    /// Reads what `firstlight status --json` printed; `None` if it is something else, or has no times because it is of an
    /// older version or of a server on which nothing has begun.
    #[must_use]
    pub fn read(json: &str) -> Option<Self> {
        let status: Status = serde_json::from_str(json).ok().filter(|status: &Status| status.version == 1)?;
        let is_time = |time: f64| time.is_finite() && (0.0..1e9).contains(&time);
        let mut steps = status.steps;
        if !steps.iter().all(|step| is_time(step.began) && is_time(step.ended)) {
            return None;
        }
        steps.retain(|step| step.began > 0.0);
        steps.truncate(MOST);
        let end = steps.iter().map(|step| step.began.max(step.ended)).reduce(f64::max)?;
        // What goes on is drawn as if it had gone on for a moment.
        let is_open = steps.iter().any(|step| step.ended == 0.0);
        Some(Self { steps, end: if is_open { end * 1.1 + 1.0 } else { end } })
    }

    /// The image. The same times always make the same bytes.
    #[must_use]
    pub fn svg(&self) -> String {
        // There are at most `MOST`.
        let last = u32::try_from(self.steps.len()).unwrap_or(0);
        let height = y(last + 1) + 10.0;
        let title = "The first boot: when each step began and ended";
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
             <text class=\"name\" x=\"16\" y=\"24\">{title}, in seconds since the server's start</text>\n"
        );
        for second in ticks(self.end) {
            let x = self.x(f64::from(second));
            out.push_str(&format!(
                "<path class=\"grid\" d=\"M{x:.1} {}V{:.1}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{}\" \
                 text-anchor=\"middle\">{second}</text>\n",
                TOP - 6.0,
                height - 12.0,
                TOP - 12.0
            ));
        }
        let begin = self.steps.iter().map(|step| step.began).fold(self.end, f64::min);
        out.push_str(&self.row(0, "system", "before", 0.0, begin, "the system and cloud-init"));
        for (row, step) in (1..).zip(&self.steps) {
            let (class, end, what) = match (step.state.as_str(), step.ended > 0.0) {
                ("failed", true) => ("failed", step.ended, "failed"),
                (_, true) => ("done", step.ended, ""),
                ("waiting", false) => ("open", self.end, "waits"),
                (_, false) => ("open", self.end, "is at it"),
            };
            out.push_str(&self.waited(row, step));
            out.push_str(&self.row(row, &step.step, class, step.began, end.max(step.began), what));
        }
        out + "</svg>\n"
    }

    /// A line from the end of that step for which this one waited longest, to its beginning.
    fn waited(&self, row: u32, step: &Step) -> String {
        let Some(HostStep { needs, .. }) = STEPS.iter().find(|known| known.name == step.step) else {
            return String::new();
        };
        let needed = (1..).zip(&self.steps).filter(|(_, other)| {
            needs.contains(&other.step.as_str()) && other.ended > 0.0 && other.ended <= step.began
        });
        let Some((above, last)) = needed.reduce(|a, b| if b.1.ended > a.1.ended { b } else { a }) else {
            return String::new();
        };
        let (from, to) = (self.x(last.ended), self.x(step.began));
        let (top, bottom) = (y(above) + BAR, y(row) + BAR / 2.0);
        format!("<path class=\"wait\" d=\"M{from:.1} {top:.1}V{bottom:.1}H{to:.1}\"/>\n")
    }

    fn row(&self, row: u32, name: &str, class: &str, began: f64, ended: f64, what: &str) -> String {
        let (x, top) = (self.x(began), y(row));
        // What took no time is there all the same.
        let width = (self.x(ended) - x).max(2.0);
        let baseline = top + BAR - 4.0;
        let took = format!("{:.1} s{}{what}", ended - began, if what.is_empty() { "" } else { ", " });
        format!(
            "<text class=\"name\" x=\"16\" y=\"{baseline:.1}\">{}</text>\
             <rect class=\"{class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"3\"/>\
             <text x=\"{:.1}\" y=\"{baseline:.1}\">{}</text>\n",
            escaped(&label(name.get(..14).unwrap_or(name))),
            x + width + 6.0,
            escaped(&took)
        )
    }

    fn x(&self, second: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * second / self.end.max(0.1)
    }
}

/// The upper edge of a bar.
fn y(row: u32) -> f64 {
    TOP + 6.0 + f64::from(row) * ROW
}

/// At most eight round numbers of seconds, from 0.
fn ticks(end: f64) -> impl Iterator<Item = u32> {
    let wide = [
        1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 864_000, 8_640_000,
        86_400_000,
    ];
    let step = wide.into_iter().find(|step| f64::from(*step) * 8.0 >= end).unwrap_or(864_000_000);
    (0..=8).map(move |count| count * step).take_while(move |second| f64::from(*second) <= end)
}
