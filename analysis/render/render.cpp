#include "analysis/render/render.hpp"

#include "analysis/machine/document_json.hpp"
#include "base/error.hpp"

namespace srl::analysis {

std::string render(const Document& document, ReportFormat format) {
  switch (format) {
    case ReportFormat::text: return render_text(document);
    case ReportFormat::markdown: return render_markdown(document);
    case ReportFormat::csv: return render_csv(document);
    case ReportFormat::json: return render_json(document);
  }
  throw Bug("no renderer for this format");
}

}  // namespace srl::analysis
