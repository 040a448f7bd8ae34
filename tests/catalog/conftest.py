"""The fixtures of publication: a founded lawbook and other editions to load."""

from tests.publication.conftest import bundles_home, city, founded, load_terms

__all__ = ["bundles_home", "city", "founded", "load_terms"]
