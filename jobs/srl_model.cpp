// srl_model: inspects, imports, exports and tries models and their tokenizers.
#include "jobs/model/commands.hpp"
#include "jobs/options/job_main.hpp"

int main(int argc, char** argv) {
  srl::jobs::ModelOptions options;
  return srl::jobs::job_main(argc, argv, "srl_model", options, srl::model_job::run);
}
