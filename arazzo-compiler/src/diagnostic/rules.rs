//! The checks that have a name.

use super::{Level, Rule};

/// Declares each rule as a constant of its own and all of them together.
macro_rules! rules {
    ($($constant:ident = $name:literal, $level:ident: $explanation:literal;)*) => {
        $(
            #[doc = $explanation]
            pub static $constant: Rule = Rule {
                name: $name,
                level: Level::$level,
                explanation: $explanation,
            };
        )*

        /// Every rule.
        pub static ALL: &[&Rule] = &[$(&$constant),*];
    };
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}

rules! {
    // Files and YAML.

    UNREADABLE_FILE = "unreadable_file", Error:
        "A file that is named does not exist or cannot be read as UTF-8 text.";

    YAML = "yaml", Error:
        "The text is not YAML 1.2 (or JSON), or it uses something of YAML that JSON cannot express.";

    DUPLICATE_KEY = "duplicate_key", Error:
        "A mapping has the same key twice, and readers disagree which of the two counts.";

    UNQUOTED_BRACES = "unquoted_braces", Warning:
        "YAML reads `{$inputs.id}` without quotes as a map with the key `$inputs.id`, hardly ever what is meant.";

    // The shape of the Arazzo objects.

    UNSUPPORTED_VERSION = "unsupported_version", Error:
        "The document follows a version of the Arazzo Specification other than 1.0 and 1.1.";

    UNKNOWN_FIELD = "unknown_field", Error:
        "The Arazzo Specification has no such field there; it would be ignored in silence. Own fields begin with `x-`.";

    NEWER_FIELD = "newer_field", Error:
        "The document says that it follows Arazzo 1.0, which lacks this field or value: 1.1 brought it.";

    MISSING_FIELD = "missing_field", Error:
        "The Arazzo Specification requires a field that is not there.";

    WRONG_TYPE = "wrong_type", Error:
        "A value has another type than the Arazzo Specification asks for, a number for a string for example.";

    INVALID_VALUE = "invalid_value", Error:
        "A value is outside of what the Arazzo Specification allows there.";

    EMPTY_LIST = "empty_list", Error:
        "A list that must have an entry has none.";

    INVALID_NAME = "invalid_name", Error:
        "A name has characters that the Arazzo Specification forbids, so that no expression could mention it.";

    UNPORTABLE_ID = "unportable_id", Warning:
        "An id should match [A-Za-z0-9_-]+: from Arazzo 1.1 on, no expression can mention another one.";

    DUPLICATE_NAME = "duplicate_name", Error:
        "Two things of one kind have the same name, so that a reference could mean either.";

    DUPLICATE_PARAMETER = "duplicate_parameter", Error:
        "A list of parameters has two of the same name and place.";

    DUPLICATE_ENTRY = "duplicate_entry", Error:
        "A list of ids has the same one twice.";

    EXCLUSIVE_FIELDS = "exclusive_fields", Error:
        "Fields are there together of which only one may be.";

    MISPLACED_FIELD = "misplaced_field", Error:
        "A field is there that the Arazzo Specification allows only together with another field or value.";

    IGNORED_FIELD = "ignored_field", Warning:
        "A field has no effect where it stands.";

    RESERVED_EXTENSION = "reserved_extension", Warning:
        "Extensions that begin with `x-oai-`, `x-oas-` or `x-arazzo` are reserved for the OpenAPI Initiative.";

    FLATTENED_VERSION = "flattened_version", Warning:
        "`version` stands beside `type`, as the JSON Schema of Arazzo 1.0 had it by mistake; it belongs inside `type`.";

    UNVERSIONED_TYPE = "unversioned_type", Warning:
        "A type object lacks its `version`; the specification both requires it and gives a default.";

    BOOLEAN_INPUTS = "boolean_inputs", Warning:
        "`inputs` is `true` or `false`: JSON Schema allows it, the prose of Arazzo asks for an object.";

    DIFFERENT_SELF = "different_self", Warning:
        "A source is named by another URL than the one that its document gives itself by `$self`.";

    // References between files.

    INVALID_REFERENCE = "invalid_reference", Error:
        "A `$ref` leads nowhere.";

    REMOTE_REFERENCE = "remote_reference", Error:
        "A `$ref` names a file on another machine, and compiling never touches the network.";

    REMOTE_SOURCE = "remote_source", Error:
        "A source description is on another machine, and compiling never touches the network: it needs a local copy.";

    NOT_A_DESCRIPTION = "not_a_description", Error:
        "The file that a source description names is not what its `type` says.";

    WRONG_SOURCE_TYPE = "wrong_source_type", Error:
        "A step names a source description of another type than what it does needs.";

    INVALID_DESCRIPTION = "invalid_description", Error:
        "A part of an OpenAPI description that a step uses breaks the OpenAPI Specification.";

    UNSUPPORTED = "unsupported", Error:
        "The document uses a feature that is not implemented. Nothing unsupported is skipped in silence.";

    // Names.

    UNKNOWN_SOURCE = "unknown_source", Error:
        "A source description is named that the document does not list.";

    UNKNOWN_OPERATION = "unknown_operation", Error:
        "No OpenAPI description that the document names has this operation.";

    UNKNOWN_CHANNEL = "unknown_channel", Error:
        "No AsyncAPI description that the document names has this channel.";

    AMBIGUOUS_OPERATION = "ambiguous_operation", Error:
        "More than one operation has this operationId.";

    UNKNOWN_STEP = "unknown_step", Error:
        "The workflow has no step of this id.";

    UNKNOWN_COMPONENT = "unknown_component", Error:
        "The document's `components` have nothing of this kind and name.";

    UNKNOWN_OUTPUT = "unknown_output", Error:
        "The step declares no output of this name.";

    UNKNOWN_MEMBER = "unknown_member", Warning:
        "A way into the body of a response leads to something that its schema does not have.";

    UNKNOWN_INPUT = "unknown_input", Error:
        "The workflow's `inputs` do not declare this input.";

    UNKNOWN_WORKFLOW = "unknown_workflow", Error:
        "The document has no workflow of this id.";

    MISSING_INPUT = "missing_input", Error:
        "A workflow is run without an input that it requires.";

    UNFIT_INPUT = "unfit_input", Error:
        "A workflow is run with an input that is not as its schema asks.";

    CIRCULAR_DEPENDENCY = "circular_dependency", Error:
        "Workflows or steps depend on each other, so that none of them can run first.";

    CIRCULAR_SOURCES = "circular_sources", Error:
        "Arazzo documents name each other as sources in a circle.";

    UNRUN_WORKFLOW = "unrun_workflow", Warning:
        "An expression reads inputs or outputs of a workflow that cannot have run by then; they are absent.";

    UNKNOWN_PATH_PARAMETER = "unknown_path_parameter", Error:
        "The path of the operation has no such variable, so the value would go nowhere.";

    DIFFERENT_CASE = "different_case", Warning:
        "A parameter of a step and one of its workflow have names that differ only in the case of letters.";

    UNKNOWN_REQUEST_PART = "unknown_request_part", Error:
        "An expression reads a header, query or path parameter of the request that is neither declared nor given.";

    OPERATION_BY_PATH = "operation_by_path", Warning:
        "A step names its operation by the path, though the operation has an `operationId`.";

    UNDECLARED_PARAMETER = "undeclared_parameter", Warning:
        "The operation declares no such parameter; most servers ignore what they do not know.";

    MISSING_PARAMETER = "missing_parameter", Error:
        "The operation requires a parameter that the step does not give.";

    UNSERIALIZABLE_VALUE = "unserializable_value", Error:
        "A parameter or a member of a form has a value that its style or content type has no way to write.";

    MIXED_QUERY = "mixed_query", Error:
        "A `querystring` is the whole query of a request, and another query parameter is there too.";

    MISSING_BODY = "missing_body", Error:
        "The operation requires a request body, and the step gives none.";

    UNKNOWN_PROPERTY = "unknown_property", Warning:
        "A payload has a property that the schema of the request body does not know.";

    MISSING_PROPERTY = "missing_property", Error:
        "A payload lacks a property that the schema of the request body requires.";

    UNFIT_VALUE = "unfit_value", Error:
        "A constant is of another type than the schema of its parameter or property asks for, or none of its values.";

    DOUBTFUL_TYPE = "doubtful_type", Warning:
        "A value of the run has, by its own schema, another type than its parameter or property asks for.";

    UNEXPECTED_BODY = "unexpected_body", Warning:
        "The operation declares no request body.";

    UNKNOWN_CONTENT_TYPE = "unknown_content_type", Error:
        "The operation does not accept this content type.";

    INVALID_JSON = "invalid_json", Error:
        "A payload that is JSON written as text breaks the grammar of JSON, so that no server could read it.";

    STRUCTURED_TEXT = "structured_text", Error:
        "A payload has members or elements, and a body of its content type is text or bytes.";

    SHAPELESS_FORM = "shapeless_form", Error:
        "The payload of a form has no members, which make up a form.";

    UNREACHABLE_TARGET = "unreachable_target", Error:
        "The target of a replacement leads nowhere in the payload.";

    QUOTED_STRUCTURE = "quoted_structure", Warning:
        "A list or an object stands between quotes in a payload that is JSON written as text; it takes the place of the \
         quotes here, and other tools send it as text or break the JSON.";

    DIFFERENT_CONTENT_TYPE = "different_content_type", Warning:
        "A header parameter `Content-Type` says something else than the content type that the body is written in.";

    DISCOURAGED_BODY = "discouraged_body", Warning:
        "HTTP defines no meaning for the body of a GET, HEAD or DELETE request, and servers may refuse it.";

    LATER_STEP = "later_step", Error:
        "An expression reads an output of a step that cannot have run by then.";

    NOT_YET_RUN = "not_yet_run", Warning:
        "An expression reads an output of a later step. A jump can have run that before, but not on every way.";

    SKIPPED_STEP = "skipped_step", Warning:
        "A step reads an output of one, or depends on one, that a way to it leaves out, or on which that one has failed.";

    UNBOUNDED_POLL = "unbounded_poll", Warning:
        "A `goto` leads back, or a workflow runs itself, whatever happens, so that only the limits of the client end the run.";

    SHADOWED_ACTION = "shadowed_action", Warning:
        "An action can never be taken: one before it in the list always matches, or its step does not succeed with such a \
         status.";

    UNREACHABLE_STEP = "unreachable_step", Warning:
        "No way leads to a step, so that it never runs.";

    USELESS_RETRY = "useless_retry", Warning:
        "A `retry` sends the same request again after a status that says that the request itself is wrong.";

    UNSAFE_RETRY = "unsafe_retry", Warning:
        "A POST is sent again although the first one may have been carried out, and nothing tells the server that it is \
         the same request.";

    MISSING_SECURITY = "missing_security", Warning:
        "An operation requires a credential that other steps of the document give by a parameter, and this one does not.";

    SECRET_IN_URL = "secret_in_url", Warning:
        "A path or query parameter has a value that is a credential or a password elsewhere, and URLs are kept in logs.";

    UNREADABLE_CONTENT = "unreadable_content", Warning:
        "An expression asks for a part of a response that is not of a kind that has such parts.";

    UNUSED_INPUT = "unused_input", Warning:
        "An input is declared and never used.";

    UNUSED_OUTPUT = "unused_output", Warning:
        "An output of a step is read by no other step and by no output of the workflow. Many documents keep such outputs on \
         purpose: this is reported only where `deny` names it.";

    UNUSED_COMPONENT = "unused_component", Warning:
        "Nothing in the document refers to a component.";

    UNHANDLED_VALUE = "unhandled_value", Warning:
        "The actions of a step decide on a field, and of its values there are some that none of them names: they repeat \
         the step for ever, or go on with the step that another value leads to.";

    IMPOSSIBLE_VALUE = "impossible_value", Warning:
        "A value is compared with a text that its schema does not list, so that the outcome is always the same.";

    IMPOSSIBLE_STATUS = "impossible_status", Error:
        "`$statusCode` is compared with something that no response has as its status.";

    UNDECLARED_STATUS = "undeclared_status", Warning:
        "A criterion is met only by a status that the operation does not declare. Errors, 400 to 599, may always come.";

    NAME_COLLISION = "name_collision", Error:
        "Two names of the document become the same name in Rust.";

    UNNAMEABLE = "unnameable", Error:
        "A name of the document has no letter or digit that a Rust name could be made of.";

    UNKNOWN_KEYWORD = "unknown_keyword", Warning:
        "JSON Schema 2020-12 has no such keyword; validators ignore what they do not know.";

    INVALID_DEFAULT = "invalid_default", Error:
        "The `default` of an input is not as its own schema asks.";

    UNSUPPORTED_INPUTS = "unsupported_inputs", Error:
        "The schema of a workflow's inputs must be an object with properties.";

    // Expressions and conditions.

    INVALID_EXPRESSION = "invalid_expression", Error:
        "A runtime expression does not follow the grammar of the Arazzo Specification.";

    MISPLACED_EXPRESSION = "misplaced_expression", Error:
        "An expression asks for something that does not exist yet at this place.";

    CONSTANT_OUTPUT = "constant_output", Error:
        "An output must be a runtime expression.";

    INVALID_CONDITION = "invalid_condition", Error:
        "A simple condition does not follow the grammar of the Arazzo Specification.";

    INVALID_JSONPATH = "invalid_jsonpath", Error:
        "A condition of type `jsonpath` is neither an RFC 9535 query nor a logical expression made of its parts.";

    INVALID_XPATH = "invalid_xpath", Error:
        "A condition of type `xpath` is not an expression of XPath 1.0.";

    INVALID_SELECTOR = "invalid_selector", Error:
        "The `selector` of a Selector Object, or the `target` of a replacement, does not follow the grammar of its type.";

    INVALID_REGEX = "invalid_regex", Error:
        "A condition of type `regex`, or a `pattern` in the schema of the inputs, is not a valid pattern.";

    // Lenient readings: accepted with a warning, errors under `strict`.

    BARE_EXPRESSION = "bare_expression", Warning:
        "An expression inside text has no braces. The specification asks for them; other tools would send the text as it \
         stands.";

    BARE_JSONPATH = "bare_jsonpath", Warning:
        "A condition of type `jsonpath` is a logical expression, where RFC 9535 asks for a query.";

    OBJECT_FILTER = "object_filter", Warning:
        "A query filters an object by `@`, which means each of its members for RFC 9535, and the object for most authors.";

    UNQUALIFIED_OPERATION = "unqualified_operation", Warning:
        "With several sources the specification asks for the source's name before the operationId.";

    DOTTED_ACCESS = "dotted_access", Warning:
        "A value is navigated with dots, where the specification asks for a JSON Pointer.";

    OPERATION_PATH_FORM = "operation_path_form", Warning:
        "An `operationPath` names its source in another form than the specification's.";

    DOUBLE_QUOTED = "double_quoted", Warning:
        "A string in a simple condition has double quotes, where the specification asks for single ones.";

    UNQUOTED_WORD = "unquoted_word", Warning:
        "The right side of a comparison is neither a literal nor an expression; it is read as a string.";

    BRACED_CONDITION = "braced_condition", Warning:
        "A condition stands in braces, as in an erratum of Arazzo 1.0.0 and 1.0.1.";

    CALLEE_RESPONSE = "callee_response", Warning:
        "A step that calls a workflow reads a request or response. The specification gives them no meaning there; the last \
         ones of that workflow are read.";

    UNKNOWN_ROOT = "unknown_root", Warning:
        "A text begins like a runtime expression that does not exist; it is sent as it stands.";
}

/// What these report could not be read: nothing can be said about what hangs on it.
pub static STRUCTURAL: &[&Rule] = &[
    &DUPLICATE_KEY,
    &UNKNOWN_FIELD,
    &MISSING_FIELD,
    &WRONG_TYPE,
    &INVALID_VALUE,
    &EMPTY_LIST,
    &EXCLUSIVE_FIELDS,
    &MISPLACED_FIELD,
    &INVALID_REFERENCE,
    &UNKNOWN_COMPONENT,
    &REMOTE_REFERENCE,
    &UNREADABLE_FILE,
    &UNSUPPORTED,
];

/// The lenient readings, which `strict` turns into errors.
pub static READINGS: &[&Rule] = &[
    &BARE_EXPRESSION,
    &BARE_JSONPATH,
    &OBJECT_FILTER,
    &UNQUALIFIED_OPERATION,
    &DOTTED_ACCESS,
    &OPERATION_PATH_FORM,
    &DOUBLE_QUOTED,
    &UNQUOTED_WORD,
    &BRACED_CONDITION,
    &CALLEE_RESPONSE,
    &UNKNOWN_ROOT,
];

/// What is reported only where `deny` names it.
pub static ON_REQUEST: &[&Rule] = &[&UNUSED_OUTPUT];
