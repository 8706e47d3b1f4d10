//! The workflows under test, each compiled once.

arazzo::arazzo_workflow! {
    path = "workflows/daytona-fork-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}

arazzo::arazzo_workflow! {
    path = "workflows/daytona-image-to-running-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value)
}

arazzo::arazzo_workflow! {
    path = "workflows/daytona-capture-sandbox-snapshot.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}

arazzo::arazzo_workflow! {
    path = "workflows/daytona-provision-volume-and-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value)
}

arazzo::arazzo_workflow! {
    path = "workflows/runloop-snapshot-and-restore-devbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}

/// Documents for these tests alone.
pub(crate) mod small {
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/loops.yml", strict, allow(unreachable_step, unhandled_value) }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/inherited.yml",
        strict, allow(undeclared_parameter, different_case, secret_in_url)
    }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/failures.yml", strict, allow(unhandled_value) }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/recovery.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/conditions.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/selectors.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/durable.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/forms.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/hostile.yml", strict }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/inputs.yml",
        strict, allow(undeclared_parameter, secret_in_url)
    }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/replacements.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/multipart.yml", strict }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/criteria.yml",
        strict, allow(bare_jsonpath)
    }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/names.yml",
        strict, allow(undeclared_parameter, unportable_id)
    }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/readings.yml",
        allow(
            bare_expression,
            bare_jsonpath,
            object_filter,
            dotted_access,
            operation_path_form,
            unqualified_operation,
            double_quoted,
            unquoted_word,
            impossible_value
        )
    }
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/bodies.yml",
        strict, allow(quoted_structure)
    }
}

/// What a checkpoint leaves out.
pub(crate) mod remade {
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/remade.yml", strict, allow(not_yet_run) }
}

/// Failures that are left to the client.
pub(crate) mod resending {
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/resending.yml",
        strict, allow(undeclared_parameter, unhandled_value, unsafe_retry)
    }
}

/// Operations that ask for credentials.
pub(crate) mod credentials {
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/credentials.yml",
        strict, allow(missing_security, undeclared_parameter, unreachable_step)
    }
}

/// Secrets in every place.
pub(crate) mod canary {
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/canary.yml",
        strict, allow(missing_security, secret_in_url, undeclared_parameter, unsafe_retry)
    }
}

/// Parameters in every place and style.
pub(crate) mod wire {
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/wire.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/swagger.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/storage.yml", strict }
    arazzo::arazzo_workflow! { path = "tests/end_to_end/documents/servers.yml", strict }
}

/// The examples of the specification's repository, corrected.
pub(crate) mod official {
    #[arazzo::workflows("tests/end_to_end/documents/official/login.yml", strict, allow(operation_by_path))]
    pub(crate) mod login {}

    #[arazzo::workflows("tests/end_to_end/documents/official/coupons.yml", strict)]
    pub(crate) mod coupons {}

    #[arazzo::workflows("tests/end_to_end/documents/official/oauth.yml", strict)]
    pub(crate) mod oauth {}

    #[arazzo::workflows("tests/end_to_end/documents/official/pushed.yml", strict)]
    pub(crate) mod pushed {}

    #[arazzo::workflows("tests/end_to_end/documents/official/loan.yml", strict)]
    pub(crate) mod loan {}
}

/// Workflows that run each other.
pub(crate) mod nested {
    arazzo::arazzo_workflow! {
        path = "tests/end_to_end/documents/nested.yml",
        allow(callee_response, skipped_step, unbounded_poll, undeclared_parameter, unused_input)
    }
}
