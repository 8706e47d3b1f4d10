//! An XML document as the data model of XPath 1.0 (section 5): attributes and namespaces are nodes too.

use std::cmp::Ordering;
use xpath_eval::{ExpandedName, NodeKind};

/// A node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'d, 'i> {
    pub(super) node: roxmltree::Node<'d, 'i>,
    pub(super) part: Part,
}

/// What of an element is meant. The order is that of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The node itself.
    Itself,
    /// One of the namespaces that it is in.
    Namespace(usize),
    /// One of its attributes.
    Attribute(usize),
}

impl<'d, 'i> Node<'d, 'i> {
    pub(super) fn root(document: &'d roxmltree::Document<'i>) -> Self {
        Self::of(document.root())
    }

    fn of(node: roxmltree::Node<'d, 'i>) -> Self {
        Self { node, part: Part::Itself }
    }

    pub(super) fn attribute(self) -> Option<roxmltree::Attribute<'d, 'i>> {
        match self.part {
            Part::Attribute(place) => self.node.attributes().nth(place),
            Part::Itself | Part::Namespace(_) => None,
        }
    }

    fn namespace(self) -> Option<&'d roxmltree::Namespace<'i>> {
        match self.part {
            Part::Namespace(place) => self.node.namespaces().nth(place),
            Part::Itself | Part::Attribute(_) => None,
        }
    }

    /// Where it stands in the order of the document.
    fn place(self) -> (u32, Part) {
        (self.node.id().get(), self.part)
    }

    fn parts(self, count: usize, part: fn(usize) -> Part) -> impl Iterator<Item = Self> + 'd
    where
        'i: 'd,
    {
        let count = if self.part == Part::Itself { count } else { 0 };
        (0..count).map(move |place| Self { node: self.node, part: part(place) })
    }
}

impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Node<'_, '_> {}

impl<'d, 'i: 'd> xpath_eval::Node<'d> for Node<'d, 'i> {
    fn kind(self) -> NodeKind {
        match (self.part, self.node.node_type()) {
            (Part::Attribute(_), _) => NodeKind::Attribute,
            (Part::Namespace(_), _) => NodeKind::Namespace,
            (Part::Itself, roxmltree::NodeType::Root) => NodeKind::Root,
            (Part::Itself, roxmltree::NodeType::Element) => NodeKind::Element,
            (Part::Itself, roxmltree::NodeType::PI) => NodeKind::ProcessingInstruction,
            (Part::Itself, roxmltree::NodeType::Comment) => NodeKind::Comment,
            (Part::Itself, roxmltree::NodeType::Text) => NodeKind::Text,
        }
    }

    fn parent(self) -> Option<Self> {
        if self.part == Part::Itself { self.node.parent().map(Self::of) } else { Some(Self::of(self.node)) }
    }

    fn children(self) -> impl Iterator<Item = Self> + 'd {
        let children = (self.part == Part::Itself).then(|| self.node.children());
        children.into_iter().flatten().map(Self::of)
    }

    fn attributes(self) -> impl Iterator<Item = Self> + 'd {
        self.parts(self.node.attributes().count(), Part::Attribute)
    }

    fn namespaces(self) -> impl Iterator<Item = Self> + 'd {
        self.parts(self.node.namespaces().count(), Part::Namespace)
    }

    fn expanded_name(self) -> Option<ExpandedName> {
        let name = |uri: Option<&str>, name: &str| ExpandedName {
            namespace_uri: uri.map(str::to_owned),
            local_name: name.to_owned(),
        };
        match self.part {
            Part::Attribute(_) => self.attribute().map(|attribute| name(attribute.namespace(), attribute.name())),
            Part::Namespace(_) => self.namespace().map(|namespace| name(None, namespace.name().unwrap_or_default())),
            Part::Itself if self.node.is_element() => {
                let tag = self.node.tag_name();
                Some(name(tag.namespace(), tag.name()))
            }
            Part::Itself => self.node.pi().map(|instruction| name(None, instruction.target)),
        }
    }

    fn string_value(self) -> String {
        match self.part {
            Part::Attribute(_) => self.attribute().map(|attribute| attribute.value().to_owned()),
            Part::Namespace(_) => self.namespace().map(|namespace| namespace.uri().to_owned()),
            Part::Itself => match self.node.node_type() {
                roxmltree::NodeType::Root | roxmltree::NodeType::Element => {
                    let texts = self.node.descendants().filter(roxmltree::Node::is_text);
                    Some(texts.filter_map(|text| text.text()).collect())
                }
                roxmltree::NodeType::PI => self.node.pi().and_then(|instruction| instruction.value).map(str::to_owned),
                roxmltree::NodeType::Comment | roxmltree::NodeType::Text => self.node.text().map(str::to_owned),
            },
        }
        .unwrap_or_default()
    }

    fn document_order(self, other: Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}
