#include "analysis/page/page.hpp"

#include "analysis/page/html.hpp"
#include "analysis/page/style.hpp"
#include "analysis/plot/svg.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string part(const std::string& title, const std::string& html) {
  return html.empty() ? "" : cat("<section>\n<h2>", escaped(title), "</h2>\n", html, "</section>\n");
}

}  // namespace

std::string page(const PageContent& content) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
  if (content.refresh_seconds > 0) {
    html += cat("<meta http-equiv=\"refresh\" content=\"", content.refresh_seconds, "\"/>\n");
  }
  html += cat("<title>SRL report</title>\n<link rel=\"icon\" href=\"data:,\"/>\n<style>", plot_style,
              page_style, "</style></head>\n<body><main>\n<h1>SRL report</h1>\n");
  html += part("Summary", summary_html(content));
  for (const Section& section : content.document.sections) { html += html_of(section); }
  html += part("Histograms", histograms_html(content));
  html += part("Rollouts beside the expert's steps", rollout_examples_html(content.runs));
  html += part("Examples of completions", record_examples_html(content.records));
  html += part("Where this comes from", provenance_html(content));
  return html + "</main></body></html>\n";
}

}  // namespace srl::analysis
