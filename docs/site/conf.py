"""Sphinx configuration of the documentation site; docs/make_site.sh copies it beside the pages."""
project = "SRL"
author = "the authors of SRL"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
exclude_patterns = ["docs/site/**"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "SRL"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_permalinks = False
highlight_language = "none"
html_show_copyright = False
