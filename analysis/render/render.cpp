#include "analysis/render/render.hpp"

#include "base/error.hpp"

namespace srl::analysis {

std::string render(const Document& document, ReportFormat format) {
  switch (format) {
    case ReportFormat::text: return render_text(document);
    case ReportFormat::markdown: return render_markdown(document);
    case ReportFormat::csv: return render_csv(document);
  }
  throw Bug("no renderer for this format");
}

}  // namespace srl::analysis
