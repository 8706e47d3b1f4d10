//! The actions of steps, and the workflows that a workflow runs.

use super::{Action, Argument, Effect, Helper, Step, Workflow};

impl Workflow<'_> {
    /// The places of the workflows as which it can go on.
    pub fn transfers(&self) -> Vec<usize> {
        let targets = self.steps.iter().flat_map(Step::actions).filter_map(|action| match action.effect {
            Some(Effect::Transfer(to)) => Some(to),
            _ => None,
        });
        targets.collect()
    }

    /// The places of the workflows that it runs.
    pub fn runs(&self) -> Vec<usize> {
        let steps = self.steps.iter().filter_map(|step| step.callee);
        let targets = self.steps.iter().flat_map(Step::actions).filter_map(Action::workflow);
        let mut places: Vec<usize> = self.dependencies.iter().map(|dependency| dependency.workflow).collect();
        for place in steps.chain(targets) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

impl<'a> Workflow<'a> {
    /// The workflows that it runs with the inputs that they get, each as often as it stands there.
    pub fn given(&self) -> impl Iterator<Item = (usize, &[Argument<'a>])> {
        let dependencies = self.dependencies.iter().map(|dependency| (dependency.workflow, &*dependency.arguments));
        dependencies.chain(self.steps.iter().flat_map(Step::given))
    }
}

impl<'a> Step<'a> {
    /// The workflows that it runs, itself or by an action, with the inputs that they get.
    pub fn given(&self) -> impl Iterator<Item = (usize, &[Argument<'a>])> {
        let own = self.callee.into_iter().map(|callee| (callee, &*self.arguments));
        own.chain(self.actions().filter_map(|action| Some((action.workflow()?, &*action.arguments))))
    }

    /// What happens when it succeeds, and then what happens when it fails.
    pub fn actions(&self) -> impl Iterator<Item = &Action<'a>> {
        self.on_success.iter().chain(&self.on_failure)
    }
}

impl Action<'_> {
    /// The workflow that it runs.
    pub fn workflow(&self) -> Option<usize> {
        self.effect.and_then(Effect::workflow)
    }

    /// The step that runs before a step is repeated.
    pub fn helper(&self) -> Option<usize> {
        match self.effect {
            Some(Effect::Retry { first: Some(Helper::Step(by)), .. }) => Some(by),
            _ => None,
        }
    }
}

impl Effect {
    /// The workflow that runs: the one as which the run goes on, or the one that helps before a step is repeated.
    pub fn workflow(self) -> Option<usize> {
        match self {
            Self::Transfer(to) | Self::Retry { first: Some(Helper::Workflow(to)), .. } => Some(to),
            Self::End | Self::Goto(_) | Self::Retry { .. } => None,
        }
    }
}
