#include "jobs/model/mini_vocabulary.hpp"

#include "base/strings.hpp"
#include "trajectory/prompts.hpp"

namespace srl::model_job {

std::vector<std::string> mini_words() {
  trajectory::InstanceOptions step, whole;
  whole.view = trajectory::InstanceView::whole;
  std::vector<std::string> words{trajectory::default_system_prompt(false, step),
                                 trajectory::default_system_prompt(false, whole),
                                 "Question: ",
                                 "\n\nSolution:\n",
                                 "\n\n",
                                 "<think>",
                                 "</think>",
                                 "</think>\n",
                                 "**Add** ",
                                 "**Mul** ",
                                 "**Div** ",
                                 " = ",
                                 " + ",
                                 " * ",
                                 " \\boxed{"};
  for (int number = 1; number <= 25; ++number) { words.push_back(cat(number, ". ")); }
  return words;
}

}  // namespace srl::model_job
