//! What a run that goes on has to do again: steps, and workflows that others depend on, that have made something which the
//! checkpoint does not hold and which is still read.

use crate::checkpoint::{Entered, Next, Standing};
use crate::operation::{Exit, Read, Step, Workflow};
use crate::others::{By, LeftBehind, Origin, Others};
use crate::resume::broken;

/// The workflows of a checkpoint with what it says of each, the outermost first.
pub(crate) type Frames = [(&'static Workflow, Standing)];

/// A value that a checkpoint has left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// An output of a step, of a workflow that is so deep in others: the place of the step in the document, and the name.
    Step(usize, usize, String),
    /// What another workflow has left behind.
    Other(Other, String),
}

/// An input or an output of a workflow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Other {
    Input(&'static Workflow),
    Output(&'static Workflow),
}

impl PartialEq for Other {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Input(one), Self::Input(another)) | (Self::Output(one), Self::Output(another)) => {
                std::ptr::eq(*one, *another)
            }
            _ => false,
        }
    }
}

impl Eq for Other {}

impl Lost {
    /// Whether something in a workflow so deep in others reads it.
    fn is(&self, depth: usize, read: &Read) -> bool {
        match (self, read) {
            (Self::Step(own, place, name), Read::Step(step, output)) => {
                (*own, *place) == (depth, *step) && name == output
            }
            (Self::Other(Other::Input(one), name), Read::Input(another, input)) => {
                std::ptr::eq(*one, *another) && name == input
            }
            (Self::Other(Other::Output(one), name), Read::Output(another, output)) => {
                std::ptr::eq(*one, *another) && name == output
            }
            _ => false,
        }
    }

    /// Whether a step has it replaced whenever it runs: what it only may run leaves what was there before.
    fn is_replaced_by(&self, step: &Step) -> bool {
        match self {
            Self::Step(..) => true,
            Self::Other(Other::Input(workflow) | Other::Output(workflow), _) => {
                step.callee.is_some_and(|callee| std::ptr::eq(callee, *workflow))
            }
        }
    }

    /// Whether it is there now.
    pub(crate) fn is_known_to(&self, others: &Others) -> bool {
        match self {
            Self::Step(..) => false,
            Self::Other(Other::Input(workflow), name) => !others.input(workflow, name).is_absent(),
            Self::Other(Other::Output(workflow), name) => !others.output(workflow, name).is_absent(),
        }
    }
}

/// A step that runs again.
#[derive(Debug)]
pub(crate) struct Again {
    pub(crate) step: &'static Step,
    /// What it is to make.
    pub(crate) lost: Vec<Lost>,
}

/// All that is done again.
#[derive(Debug)]
pub(crate) struct Remake {
    /// The steps of each workflow in their order, the outermost workflow first.
    pub(crate) steps: Vec<Vec<Again>>,
    /// The workflows that others depend on and that have not to run again.
    pub(crate) completed: Vec<&'static Workflow>,
}

/// Finds what has to be done again.
///
/// # Errors
///
/// What is still read and nothing can make again.
pub(crate) fn remake(frames: &Frames, others: &Others, completed: Vec<&'static Workflow>) -> Result<Remake, String> {
    let mut open = lost(frames, others);
    let mut plan = Plan { frames, completed, repeats: Vec::new() };
    plan.inputs()?;
    while let Some(place) = open.iter().position(|(lost, origin)| plan.is_read(lost, origin)) {
        let (lost, origin) = open.swap_remove(place);
        plan.make(lost, &origin)?;
    }
    let steps = (0..frames.len()).map(|depth| in_order(&mut plan.repeats, depth)).collect();
    Ok(Remake { steps, completed: plan.completed })
}

/// All that is left out, with what has made it.
fn lost(frames: &Frames, others: &Others) -> Vec<(Lost, Origin)> {
    let mut lost = Vec::new();
    for (depth, (workflow, standing)) in frames.iter().enumerate() {
        for step in workflow.all_steps() {
            for name in standing.left_out.get(step.id).into_iter().flatten() {
                let origin = Origin { depth, by: By::Step(step), through: Vec::new() };
                lost.push((Lost::Step(depth, step.index, name.clone()), origin));
            }
        }
    }
    for LeftBehind { workflow, left_out, origin, .. } in others.iter() {
        for (names, other) in [(&left_out.inputs, Other::Input(workflow)), (&left_out.outputs, Other::Output(workflow))]
        {
            lost.extend(names.iter().map(|name| (Lost::Other(other, name.clone()), origin.clone())));
        }
    }
    lost
}

struct Plan<'p> {
    frames: &'p Frames,
    completed: Vec<&'static Workflow>,
    repeats: Vec<Repeat>,
}

struct Repeat {
    depth: usize,
    again: Again,
    /// What it reads.
    reads: Vec<&'static Read>,
}

impl Plan<'_> {
    /// Inputs of workflows that others have gone on as are made of the same values once more.
    fn inputs(&self) -> Result<(), String> {
        for (depth, (workflow, _)) in self.frames.iter().enumerate().skip(1) {
            for (name, reads) in self.left_out_inputs(depth) {
                if reads.is_none() {
                    return Err(format!(
                        "the checkpoint does not hold the input `{name}` of the workflow `{}`, since it is secret or a secret of \
                         the run occurs in it, and a response that is gone has said it: run the workflow anew",
                        workflow.id
                    ));
                }
            }
        }
        Ok(())
    }

    /// The inputs that are left out of a workflow which the one before it went on as, with what they are made of.
    fn left_out_inputs(&self, depth: usize) -> impl Iterator<Item = (&str, Option<&'static [Read]>)> {
        let standing = self.frames.get(depth).map(|(_, standing)| standing).filter(|it| it.entered == Entered::Goto);
        let given = match depth.checked_sub(1).map(|caller| &self.frames[caller]) {
            Some((caller, Standing { next: Next::Workflow(exit), .. })) => match caller.exits.get(*exit) {
                Some(Exit::Goto(_, given)) => given,
                _ => [].as_slice(),
            },
            _ => &[],
        };
        let names = standing.and_then(|standing| standing.left_out.get("")).into_iter().flatten();
        names.map(move |name| {
            let made = given.iter().find(|(known, _)| known == name).map(|(_, reads)| *reads);
            (name.as_str(), made)
        })
    }

    /// Whether something that is still to come reads what is lost, before the step that has made it runs anyway.
    fn is_read(&self, lost: &Lost, origin: &Origin) -> bool {
        let mut ahead: Vec<Vec<&'static Read>> = Vec::new();
        for depth in 0..self.frames.len() {
            let maker = match origin.by {
                By::Step(step) if origin.depth == depth && lost.is_replaced_by(step) => Some(step),
                _ => None,
            };
            let reads = self.ahead(depth, maker, &ahead);
            if reads.iter().any(|read| lost.is(depth, read)) {
                return true;
            }
            ahead.push(reads);
        }
        self.repeats.iter().any(|repeat| repeat.reads.iter().any(|read| lost.is(repeat.depth, read)))
    }

    /// What is read from where a workflow stands, up to a step that makes anew what is asked for. `outer` is what those
    /// around it read.
    fn ahead(&self, depth: usize, maker: Option<&'static Step>, outer: &[Vec<&'static Read>]) -> Vec<&'static Read> {
        let (workflow, standing) = &self.frames[depth];
        let inner = self.frames.get(depth + 1);
        let mut reads = Vec::new();
        for dependency in workflow.dependencies.iter().filter(|dependency| !self.is_completed(dependency)) {
            if !inner.is_some_and(|(inner, at)| at.entered == Entered::Dependency && std::ptr::eq(*inner, *dependency))
            {
                self.all_of(dependency, &mut reads);
            }
        }
        let is_maker = |step: &Step| maker.is_some_and(|maker| std::ptr::eq(maker, step));
        let Next::Step(id) = &standing.next else {
            reads.extend(self.outputs(depth, outer));
            reads.extend(self.left_out_inputs(depth + 1).filter_map(|(_, reads)| reads).flatten());
            return reads;
        };
        let Some(cursor) = workflow.steps.iter().copied().find(|step| step.id == id) else { return reads };
        let is_inside = inner.is_some_and(|(_, at)| at.entered == Entered::Step);
        let mut open = vec![cursor.index];
        if is_inside {
            // The workflow that it has called is there already.
            reads.extend(cursor.reads);
            open.clear();
        }
        if !is_maker(cursor) {
            reads.extend(self.outputs(depth, outer));
            if is_inside {
                reads.extend(cursor.actions);
                cursor.runs.iter().for_each(|workflow| self.all_of(workflow, &mut reads));
                open.extend(cursor.next);
            }
        }
        let mut seen = Vec::new();
        while let Some(place) = open.pop() {
            let Some(step) = workflow.steps.iter().find(|step| step.index == place) else { continue };
            if seen.contains(&place) {
                continue;
            }
            seen.push(place);
            self.all_of_step(step, &mut reads);
            if !is_maker(step) {
                reads.extend(step.actions);
                step.runs.iter().for_each(|workflow| self.all_of(workflow, &mut reads));
                open.extend(step.next);
            }
        }
        reads
    }

    /// What the outputs of a workflow are made of, as far as anyone asks for them.
    fn outputs(&self, depth: usize, outer: &[Vec<&'static Read>]) -> impl Iterator<Item = &'static Read> {
        let (workflow, standing) = &self.frames[depth];
        let caller = match depth.checked_sub(1).map(|caller| &self.frames[caller]) {
            Some((caller, Standing { next: Next::Step(id), .. })) => caller.steps.iter().find(|step| step.id == id),
            _ => None,
        };
        let is_asked = move |name: &str| match standing.entered {
            Entered::Step if caller.is_some_and(|step| step.takes.contains(&name)) => true,
            Entered::Step | Entered::Dependency => {
                let output = Lost::Other(Other::Output(workflow), name.to_owned());
                outer.iter().flatten().any(|read| output.is(depth, read))
            }
            // Those of a run that has gone on as another workflow are outputs of the run.
            Entered::Run | Entered::Goto | Entered::Help => true,
        };
        workflow.outputs.iter().filter(move |(name, _)| is_asked(name)).map(|(_, read)| read)
    }

    /// What an attempt of a step reads, with the workflow that it calls.
    fn all_of_step(&self, step: &Step, reads: &mut Vec<&'static Read>) {
        reads.extend(step.reads);
        step.callee.iter().for_each(|callee| self.all_of(callee, reads));
    }

    /// What a workflow reads of others that runs from its beginning, with all that it runs.
    fn all_of(&self, workflow: &'static Workflow, reads: &mut Vec<&'static Read>) {
        let mut known = vec![workflow];
        let mut next = 0;
        while let Some(workflow) = known.get(next).copied() {
            next += 1;
            let steps = || workflow.all_steps();
            let of_steps = steps().flat_map(|step| step.reads.iter().chain(step.actions));
            let at_end = workflow.outputs.iter().map(|(_, read)| read);
            reads.extend(of_steps.chain(at_end).filter(|read| !matches!(read, Read::Step(..))));
            let called = steps().flat_map(|step| step.callee.iter().chain(step.runs));
            let dependencies = workflow.dependencies.iter().filter(|dependency| !self.is_completed(dependency));
            for run in called.chain(dependencies) {
                if !known.iter().any(|known| std::ptr::eq(*known, *run)) {
                    known.push(run);
                }
            }
        }
    }

    fn is_completed(&self, workflow: &Workflow) -> bool {
        self.completed.iter().any(|known| std::ptr::eq(*known, workflow))
    }

    /// Has something made again.
    fn make(&mut self, lost: Lost, origin: &Origin) -> Result<(), String> {
        self.completed.retain(|known| !origin.through.iter().any(|through| std::ptr::eq(*known, *through)));
        let outermost = origin.through.last();
        // Whoever depends on it runs it when it is entered again.
        let depends = |(workflow, _): &(&'static Workflow, Standing)| {
            let mut dependencies = workflow.dependencies.iter();
            outermost.is_some_and(|outermost| dependencies.any(|known| std::ptr::eq(*known, *outermost)))
        };
        if self.frames.iter().skip(origin.depth).any(depends) {
            return Ok(());
        }
        match (&origin.by, &lost) {
            (By::Step(step), _) => self.repeat(origin.depth, step, lost),
            (By::Help, Lost::Other(Other::Input(workflow) | Other::Output(workflow), name)) => {
                return Err(format!(
                    "the checkpoint does not hold `{name}` of the workflow `{}`, since it is secret or a secret of the run occurs \
                     in it, and that workflow ran to help a step that was tried again: run the workflow anew",
                    workflow.id
                ));
            }
            // A workflow that is running gets its inputs again.
            (By::Itself, Lost::Other(Other::Input(_), _)) => {}
            _ => return Err(broken("it does not say what has made a value that it leaves out")),
        }
        Ok(())
    }

    fn repeat(&mut self, depth: usize, step: &'static Step, lost: Lost) {
        let is_it = |repeat: &Repeat| repeat.depth == depth && std::ptr::eq(repeat.again.step, step);
        match self.repeats.iter_mut().find(|repeat| is_it(repeat)) {
            Some(repeat) => repeat.again.lost.push(lost),
            None => {
                let mut reads = Vec::new();
                self.all_of_step(step, &mut reads);
                self.repeats.push(Repeat { depth, again: Again { step, lost: vec![lost] }, reads });
            }
        }
    }
}

/// The steps of one workflow, each behind those that make what it reads.
fn in_order(repeats: &mut Vec<Repeat>, depth: usize) -> Vec<Again> {
    let mut open: Vec<Repeat> = repeats.extract_if(.., |repeat| repeat.depth == depth).collect();
    open.sort_by_key(|repeat| repeat.again.step.index);
    let mut order = Vec::new();
    while !open.is_empty() {
        let needs = |reader: &Repeat, maker: &Repeat| {
            let mut lost = maker.again.lost.iter();
            lost.any(|lost| reader.reads.iter().any(|read| lost.is(depth, read)))
        };
        let is_ready =
            |place: &usize| (0..open.len()).all(|other| other == *place || !needs(&open[*place], &open[other]));
        // In a circle the order of the document is as good as any.
        let next = (0..open.len()).find(is_ready).unwrap_or(0);
        order.push(open.remove(next).again);
    }
    order
}
