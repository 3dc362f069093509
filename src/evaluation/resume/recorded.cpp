#include "evaluation/recorded.hpp"

#include "base/strings.hpp"
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
      for (const Record& record : read_records(file).records) {
        samples[experiment_of(record.model_checksum, record.benchmark_checksum, record.view, record.settings)]
               [record.question]
                   .insert(record.sample);
      }
    }
  }
  return samples;
}

}  // namespace srl::evaluation
