#include "grading/rewritings.hpp"

#include <array>

#include "grading/grading.hpp"
#include "grading/random_expressions.hpp"

namespace srl::grading::testing {
namespace {

// A text that states the answer.
std::string framed(const std::string& answer, Random& random) {
  static const std::vector<std::string> frames = {"$\\boxed{@}$",
                                                  "So we get \\fbox{@} after 3 steps.",
                                                  "First \\boxed{}. Then $$\\boxed{ @ }$$ in 2 lines.",
                                                  "<think>Maybe \\boxed{7}.</think>\n\nThe answer is $@$.",
                                                  "The final answer is therefore $@$. Step 4",
                                                  "**Answer:** $@$",
                                                  "**Final Answer**\n\n\\[@\\]\n",
                                                  "The answer is **$@$**.",
                                                  "答案是 $@$。共3步",
                                                  "最终答案：$@$，步骤3",
                                                  "La réponse est \\(@\\). Étape 3",
                                                  "Réponse : $@$",
                                                  "Die Antwort lautet $@$. Schritt 3",
                                                  "Antwort: $@$ (nach 3 Schritten)",
                                                  "La respuesta es $@$. Paso 3",
                                                  "Respuesta final: $@$",
                                                  "Ответ: $@$. Шаг 3",
                                                  "Окончательный ответ: \\(@\\)",
                                                  "答えは $@$ です。手順3",
                                                  "したがって、答え：$@$",
                                                  "We conclude that the value is $@$.",
                                                  "#### @"};
  std::string text = frames[random() % frames.size()];
  return text.replace(text.find('@'), 1, answer);
}

// Beside the answer: nothing, or a unit on one side only.
std::string with_unit(const std::string& answer, Random& random) {
  constexpr std::array<const char*, 6> units = {"\\text{ cm}",     " \\text{ meters}", "\\mathrm{~kg}",
                                                "\\,\\text{ m/s}", "\\ \\text{units}", "\\text{ cm}^2"};
  return random() % 4 == 0 ? "(" + answer + ")" + units[random() % units.size()] : answer;
}

}  // namespace

Judged judge_expressions(int count, unsigned seed) {
  Random random(seed);
  Judged judged;
  for (int k = 0; k < count; ++k) {
    Expression expression = random_expression(random, 1 + static_cast<int>(random() % 3));
    while (!has_value(expression)) { expression = random_expression(random, 2); }
    const std::string reference = written(expression, {});
    const std::string same = framed(with_unit(written(expression, {&random}), random), random);
    ++judged.rewritings;
    const Verdict verdict = grade(same, reference, {});
    if (!verdict.correct) { judged.refused.push_back(same + " | " + reference + " : " + verdict.how); }
    const Expression other = with_one_change(expression, random);
    const std::string changed = framed(written(other, {&random}), random);
    ++judged.changes;
    if (grade(changed, reference, {}).correct && !same_values(expression, other)) {
      judged.accepted.push_back(changed + " | " + reference);
    }
  }
  return judged;
}

}  // namespace srl::grading::testing
