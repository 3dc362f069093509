#include "evaluation/recorded.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "evaluation/records/record_stream.hpp"
#include "evaluation/task_files.hpp"

namespace srl::evaluation {

std::string experiment_of(const std::string& model, const std::string& benchmark, std::string_view view,
                          const Json& settings) {
  return cat(model, "\n", benchmark, "\n", view, "\n", settings.dump());
}

Recorded recorded_by_others(const std::filesystem::path& folder, std::int64_t task) {
  Recorded samples;
  for (const EvaluationView view : {EvaluationView::whole, EvaluationView::patch}) {
    for (const std::filesystem::path& file : task_files(folder, view)) {
      if (file.filename() == records_name(task, view)) { continue; }
      // Other tasks may have answered a million completions: none of their texts is kept.
      const OtherLines other = visit_records(file, [&](const Record& record) {
        samples[experiment_of(record.model_checksum, record.benchmark_checksum, record.view, record.settings)]
               [record.question]
                   .insert(record.sample);
      });
      if (other.foreign > 0) { throw BadInput(other.first_foreign); }
    }
  }
  return samples;
}

}  // namespace srl::evaluation
