//! Drawings as SVG: one card for each step, one line of it for each action, ends beside the cards, jumps in lanes.

use super::{Decision, Drawing, Step, Target, shortened};
use std::fmt::Write;

/// The width of a character of the font.
const CHARACTER: f64 = 6.7;
const HEADER: f64 = 40.0;
const ROW: f64 = 22.0;
const GAP: f64 = 30.0;
const LANE: f64 = 14.0;
const MARGIN: f64 = 12.0;
const LONGEST_ROW: usize = 76;
const LONGEST_END: usize = 30;
const SUCCESS: &str = "#2e9e5b";
const FAILURE: &str = "#d2504e";

/// Where things are.
struct Layout {
    /// The left and right edges of the cards.
    left: f64,
    right: f64,
    /// The upper edge of each card.
    tops: Vec<f64>,
    /// The left edge of the first lane for jumps forward.
    lanes: f64,
    width: f64,
    height: f64,
}

/// A jump from a line of a card to another card.
pub(super) struct Jump {
    from: (usize, usize),
    to: usize,
    pub(super) lane: usize,
    pub(super) is_back: bool,
}

pub(super) fn svg(drawing: &Drawing) -> String {
    let jumps = jumps(drawing);
    let layout = layout(drawing, &jumps);
    let mut svg = String::new();
    let (width, height) = (layout.width, layout.height);
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" style=\"max-width:100%;height:auto\" font-family=\"ui-monospace, Menlo, \
         Consolas, monospace\" font-size=\"11\" fill=\"currentColor\" stroke=\"none\">\n<title>The flow of {}</title>\n",
        escaped(&drawing.workflow)
    );
    for (place, step) in drawing.steps.iter().enumerate() {
        card(&mut svg, drawing, &layout, place, step);
    }
    for jump in &jumps {
        draw_jump(&mut svg, drawing, &layout, jump);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The line of a card that an action is.
fn row(decision: &Decision) -> String {
    let mut text = decision.name.clone();
    if !decision.condition.is_empty() {
        text = format!("{text}: {}", decision.condition);
    }
    if let Target::Retry(words) = &decision.to {
        let words = format!(" ↻ {words}");
        let rest = LONGEST_ROW.saturating_sub(words.chars().count());
        return format!("{}{words}", shortened(&text, rest));
    }
    shortened(&text, LONGEST_ROW)
}

pub(super) fn jumps(drawing: &Drawing) -> Vec<Jump> {
    let mut jumps: Vec<Jump> = Vec::new();
    for (place, step) in drawing.steps.iter().enumerate() {
        for (number, decision) in step.actions.iter().enumerate() {
            let Target::Step(to) = decision.to else { continue };
            let is_back = to <= place;
            let span = |jump: &Jump| (jump.from.0.min(jump.to), jump.from.0.max(jump.to));
            let own = (place.min(to), place.max(to));
            let collides = |jump: &&Jump| {
                let other = span(jump);
                jump.is_back == is_back && other.0 <= own.1 && own.0 <= other.1
            };
            let taken: Vec<usize> = jumps.iter().filter(collides).map(|jump| jump.lane).collect();
            let lane = (0..).find(|lane| !taken.contains(lane)).unwrap_or_default();
            jumps.push(Jump { from: (place, number), to, lane, is_back });
        }
    }
    jumps
}

fn layout(drawing: &Drawing, jumps: &[Jump]) -> Layout {
    let lanes = |is_back: bool| {
        jumps.iter().filter(|jump| jump.is_back == is_back).map(|jump| jump.lane + 1).max().unwrap_or_default() as f64
    };
    let left = MARGIN + LANE * (lanes(true) + 1.0);
    let longest = drawing
        .steps
        .iter()
        .flat_map(|step| {
            let rows = step.actions.iter().map(|action| row(action).chars().count() + 4);
            rows.chain([shortened(&step.call, LONGEST_ROW).chars().count() + 3, step.id.chars().count() + 3])
        })
        .max()
        .unwrap_or_default();
    let right = left + (longest as f64 * CHARACTER).max(180.0);
    let ends = drawing.steps.iter().flat_map(|step| &step.actions).filter_map(end_of).map(|name| pill(&name));
    let widest = ends.fold(0.0, f64::max);
    let lanes_at = right + GAP + widest + if widest > 0.0 { LANE } else { 0.0 };
    let mut tops = Vec::new();
    let mut y = MARGIN;
    for step in &drawing.steps {
        tops.push(y);
        y += height(step) + GAP;
    }
    if drawing.steps.last().is_some_and(|step| step.falls_through) {
        y += ROW;
    } else {
        y -= GAP;
    }
    let width = lanes_at + LANE * lanes(false) + MARGIN;
    Layout { left, right, tops, lanes: lanes_at, width, height: y + MARGIN }
}

fn height(step: &Step) -> f64 {
    HEADER + ROW * step.actions.len() as f64 + if step.actions.is_empty() { 0.0 } else { 4.0 }
}

/// The name of the end beside a line.
fn end_of(decision: &Decision) -> Option<String> {
    match &decision.to {
        Target::End => Some(shortened(&decision.name, LONGEST_END)),
        Target::Workflow(id) => Some(shortened(&format!("▸ {id}"), LONGEST_END)),
        Target::Step(_) | Target::Retry(_) => None,
    }
}

/// The width of an end.
fn pill(name: &str) -> f64 {
    name.chars().count() as f64 * CHARACTER + 20.0
}

fn card(svg: &mut String, drawing: &Drawing, layout: &Layout, place: usize, step: &Step) {
    let (x, y, width) = (layout.left, layout.tops[place], layout.right - layout.left);
    let card = height(step);
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{card:.1}\" rx=\"6\" fill=\"currentColor\" \
         fill-opacity=\".06\" stroke=\"currentColor\" stroke-opacity=\".45\"/>"
    );
    text(svg, x + 10.0, y + 16.0, &step.id, "font-weight=\"bold\"");
    text(svg, x + 10.0, y + 31.0, &shortened(&step.call, LONGEST_ROW), "fill-opacity=\".7\"");
    for (number, decision) in step.actions.iter().enumerate() {
        let top = row_top(layout, place, number);
        let middle = top + ROW / 2.0;
        let colour = colour(decision);
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"4\" height=\"{:.1}\" rx=\"2\" fill=\"{colour}\"/>",
            x + 8.0,
            top + 3.0,
            ROW - 6.0
        );
        text(svg, x + 18.0, middle + 4.0, &row(decision), "");
        if let Some(name) = end_of(decision) {
            let at = layout.right + GAP;
            arrow(svg, &[(layout.right, middle), (at, middle)], colour);
            let _ = writeln!(
                svg,
                "<rect x=\"{at:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"9\" fill=\"none\" \
                 stroke=\"{colour}\"/>",
                middle - 9.0,
                pill(&name),
                18.0
            );
            text(svg, at + 10.0, middle + 4.0, &name, "");
        }
    }
    if !step.falls_through {
        return;
    }
    let middle = x + 40.0;
    let bottom = y + card;
    arrow(svg, &[(middle, bottom), (middle, bottom + GAP)], "currentColor");
    if step.actions.iter().any(|action| action.on_success) {
        text(svg, middle + 6.0, bottom + GAP / 2.0 + 2.0, "otherwise", "fill-opacity=\".7\"");
    }
    if place + 1 == drawing.steps.len() {
        let top = bottom + GAP;
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"18\" rx=\"9\" fill=\"none\" \
             stroke=\"currentColor\"/>",
            pill("Completed")
        );
        text(svg, x + 10.0, top + 13.0, "Completed", "");
    }
}

fn row_top(layout: &Layout, place: usize, number: usize) -> f64 {
    layout.tops[place] + HEADER + ROW * number as f64
}

fn colour(decision: &Decision) -> &'static str {
    if decision.on_success { SUCCESS } else { FAILURE }
}

fn draw_jump(svg: &mut String, drawing: &Drawing, layout: &Layout, jump: &Jump) {
    let (place, number) = jump.from;
    let from = row_top(layout, place, number) + ROW / 2.0;
    // Where several jumps reach one card, each has a place of its own.
    let to = layout.tops[jump.to] + 8.0 + (jump.lane % 4) as f64 * 7.0;
    let colour = colour(&drawing.steps[place].actions[number]);
    let lane = jump.lane as f64 * LANE;
    if jump.is_back {
        let x = layout.left - LANE - lane;
        arrow(svg, &[(layout.left, from), (x, from), (x, to), (layout.left, to)], colour);
    } else {
        let x = layout.lanes + lane;
        arrow(svg, &[(layout.right, from), (x, from), (x, to), (layout.right, to)], colour);
    }
}

/// A line along points with a head at its end.
fn arrow(svg: &mut String, points: &[(f64, f64)], colour: &str) {
    let (Some(&(x, y)), Some(&(before_x, before_y))) = (points.last(), points.iter().rev().nth(1)) else { return };
    let mut path = String::new();
    for (place, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" });
    }
    let (dx, dy) = ((x - before_x).signum() * 6.0, (y - before_y).signum() * 6.0);
    let head = if (x - before_x).abs() > (y - before_y).abs() {
        format!("M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z", x - dx, y - 3.5, x - dx, y + 3.5)
    } else {
        format!("M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z", x - 3.5, y - dy, x + 3.5, y - dy)
    };
    let _ =
        writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\"/><path d=\"{head}\" fill=\"{colour}\"/>");
}

fn text(svg: &mut String, x: f64, y: f64, text: &str, attributes: &str) {
    let space = if attributes.is_empty() { "" } else { " " };
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\"{space}{attributes}>{}</text>", escaped(text));
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Markdown, which such a drawing may stand in, gives these a meaning.
            '`' | '*' | '_' | '[' | ']' | '\\' | '{' | '}' | '$' | '|' | '~' | '!' | '#' | '@' | ':' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
