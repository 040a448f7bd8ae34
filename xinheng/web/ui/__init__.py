"""Templates, partials and the stylesheet that all faces share (界面)."""
