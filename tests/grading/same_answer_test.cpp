// Which answers are the same and which are not (docs/method.md, "Final answers").
#include <gmock/gmock.h>

#include "grading/grading.hpp"

namespace srl::grading {
namespace {

struct Pair {
  std::string x, y;
};

void expect_same(const std::vector<Pair>& pairs) {
  for (const auto& [x, y] : pairs) {
    EXPECT_TRUE(same_answer(x, y, {}).correct) << x << " | " << y << ": " << same_answer(x, y, {}).how;
    EXPECT_TRUE(same_answer(y, x, {}).correct) << y << " | " << x << ": " << same_answer(y, x, {}).how;
  }
}

void expect_different(const std::vector<Pair>& pairs) {
  for (const auto& [x, y] : pairs) {
    EXPECT_FALSE(same_answer(x, y, {}).correct) << x << " | " << y << ": " << same_answer(x, y, {}).how;
    EXPECT_FALSE(same_answer(y, x, {}).correct) << y << " | " << x << ": " << same_answer(y, x, {}).how;
  }
}

TEST(SameAnswer, Numbers) {
  expect_same({{"1,000", "1000"},
               {"10,\\!080", "10080"},
               {"1 000", "1000"},
               {"0.5", "\\frac{1}{2}"},
               {".5", "\\frac12"},
               {"-\\dfrac{35}{9}", "-35/9"},
               {"1\\frac{4}{5}", "9/5"},
               {"137 \\frac{1}{2}", "137.5"},
               {"1 4/5", "1.8"},
               {"-1\\frac12", "-1.5"},
               {"\\frac 34", "0.75"},
               {"\\frac9{19}", "9/19"},
               {"0.3333", "1/3"},
               {"0.\\overline{3}", "1/3"},
               {"0.1\\overline{6}", "1/6"},
               {"1.07e16", "1.07 \\times 10^{16}"},
               {"2e27", "2 \\cdot 10^{27}"},
               {"185\\", "185"},
               {"+2", "2"},
               {"100000.0", "100009"},
               {"27.0", "27"},
               {"2^{10}", "1024"},
               {"5!", "120"},
               {"\\binom{5}{2}", "10"},
               {"3 \\times 4", "12"},
               {"٣", "٣"},
               {"½", "0.5"},
               {"2\\frac{1}{3}", "7/3"}});
  expect_different({{"100000", "100009"},
                    {"1/3", "0.333"},
                    {"1/3", "33/100"},
                    {"1,234", "1.234"},
                    {"1", "-1"},
                    {"10000/10001", "10001/10002"},
                    {"123456789012345678901234567890", "123456789012345678901234567891"},
                    {"0.5", "50"},
                    {"", "5"},
                    {"2", "2e"}});
}

TEST(SameAnswer, PercentUnitsCurrency) {
  expect_same({{"50\\%", "50"},
               {"28 pct", "28\\%"},
               {"28 percent", "28\\%"},
               {"\\$36", "36"},
               {"\\$18.90", "18.90 dollars"},
               {"£5", "5"},
               {"90^\\circ", "90"},
               {"90^{\\circ}", "90 degrees"},
               {"15\\mbox{ cm}^2", "15"},
               {"15\\text{ cm}^2", "15 \\mathrm{~cm}^{2}"},
               {"\\frac{270}7\\text{ degrees}", "270/7"},
               {"5.4 \\text{ cents}", "5.4"},
               {"10\\text{ units}", "10 "},
               {"42 square", "42"},
               {"18 eggs", "18"},
               {"6.5 \\mathrm{~m}", "6.5"},
               {"5 km/h", "5"},
               {"3 feet", "3 ft"}});
  expect_different({{"50\\%", "0.5"}, {"5 cents", "5 dollars"}, {"5 cm", "5 km"}, {"36^\\circ", "\\$36"}});
  GradingOptions loose;
  loose.percent_or_fraction = true;
  EXPECT_TRUE(same_answer("0.5", "50\\%", loose).correct);
  EXPECT_TRUE(same_answer("50", "0.5", loose).correct);
  EXPECT_FALSE(same_answer("0.5", "5", loose).correct);
}

TEST(SameAnswer, Expressions) {
  expect_same({{"\\sqrt{12}", "2\\sqrt3"},
               {"\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt{3}}"},
               {"11\\sqrt5+11", "11(1+\\sqrt{5})"},
               {"\\frac94\\pi", "\\frac{9\\pi}{4}"},
               {"3.14159", "\\pi"},
               {"(a+5)(b+2)", "(2+b)(5+a)"},
               {"x^2+2x+1", "(x+1)^2"},
               {"(x+1)^{50}", "(1+x)^{25}(x+1)^{25}"},
               {"6-5i", "-5i+6"},
               {"\\frac{1}{i}", "-i"},
               {"e^{i\\pi}", "-1"},
               {"\\ln 2 + i\\pi/3", "\\frac{i \\pi}{3}+\\ln(2)"},
               {"\\sin 2t", "2\\sin t\\cos t"},
               {"\\sin^2 x", "1-\\cos^2 x"},
               {"\\cot x", "\\frac{\\cos x}{\\sin x}"},
               {"\\sin 30^\\circ", "1/2"},
               {"\\log_2 8", "3"},
               {"\\sqrt[3]{-8}", "-2"},
               {"\\sqrt{4 \\pi G r^{2}}", "2 r \\sqrt{\\pi G}"},
               {"e^{-at}", "\\exp(-at)"},
               {"np.arcsin(10/13)", "\\arcsin{\\frac{10}{13}}"},
               {"3R^2", "3 R^{2}"},
               {"\\frac{v_{0}}{r_{0}}", "v_0/r_0"},
               {"10^{\\frac{-5+\\sqrt{13}}{6}}", "10^{\\frac{\\sqrt{13} - 5}{6}}"},
               {"f'(x)", "f'(x)"},
               {"\\frac{11+9a}{20}", "0.55+0.45a"},
               {"\\sqrt{x^2}", "|x|"},
               {"|x-y|", "|y-x|"},
               {"2\\pi/\\omega", "\\frac{2\\pi}{\\omega}"},
               {"sqrt(2)/2", "\\frac{1}{\\sqrt{2}}"},
               {"2**3", "8"},
               {"\\lfloor 2.5 \\rfloor", "2"},
               {"\\lambda_{\\text {red}} / \\sqrt{2}", "\\frac{\\lambda_{red}}{\\sqrt 2}"}});
  expect_different({{"4", "4\\sqrt{2}"},
                    {"x+2n+1", "x+1"},
                    {"x", "y"},
                    {"x", "X"},
                    {"x_1", "x_2"},
                    {"|x|", "x"},
                    {"2k", "2k+2"},
                    {"\\sqrt{2}", "\\frac{577}{408}"},
                    {"\\pi", "22/7"},
                    {"f(x)", "g(x)"},
                    {"f(2)", "f(3)"},
                    {"I(0)", "J(0)"},
                    {"\\lfloor\\sqrt{n-1}\\rfloor", "0"},
                    {"\\lfloor n/2\\rfloor", "\\lfloor n/3\\rfloor"},
                    {"x + 100000000000000000000000001", "x + 100000000000000000000000002"},
                    {"\\frac{1}{2}+\\frac{1}{72}", "\\frac12+2/3"}});
}

TEST(SameAnswer, TuplesIntervalsSetsLists) {
  expect_same({{"(1,2)", "(1, 2)"},
               {"\\left( 3, \\frac{\\pi}{2} \\right)", "(3, \\pi/2)"},
               {"(0;0)", "(0,0)"},
               {"3, 5, 7", "7,5,3"},
               {"1,2", "2, 1"},
               {"\\{1,2\\}", "\\{2,1\\}"},
               {"\\{1,2\\}", "1,2"},
               {"1 and 2 and 3", "1,2,3"},
               {"(11,7)or(7,11)", "(7,11),(11,7)"},
               {"19, 46, and 82", "19, 46, \\text{ and } 82"},
               {"(2,12) \\cup (12,102)", "(12,102)\\cup(2,12)"},
               {"[-1, -\\tfrac12)", "[-1,-0.5)"},
               {"(-\\infty, 0]", "(-\\infty,0]"},
               {"(1, +\\infty)", "(1,\\infty)"},
               {"x \\in [-2,7]", "[-2,7]"},
               {"-2 \\le x \\le 7", "[-2,7]"},
               {"x\\ge 5", "[5,\\infty)"},
               {"3 \\pm 2\\sqrt{2}", "3+2\\sqrt2, 3-2\\sqrt2"},
               {"\\{1\\pm\\sqrt{5},-2\\}", "\\{-2, 1-\\sqrt5, 1+\\sqrt5\\}"},
               {"1,234", "1234"},
               {"100,200", "200,100"},
               {"(3,4),(1,2),(3,4)", "(1,2),(3,4)"}});
  expect_different({{"(1,2)", "(2,1)"},
                    {"[0,1)", "(0,1)"},
                    {"(0,9)", "[0,9)"},
                    {"\\pm 2021", "2021"},
                    {"1,1", "1"},
                    {"1,2,3", "1,2"},
                    {"10, 4, 2", "4, 12, 2"},
                    {"(1,2)", "\\{1,2\\}"},
                    {"\\sqrt{67},-\\sqrt{85}", "\\sqrt{67}"},
                    {"x\\in[0,1]", "y\\in[0,1]"},
                    {"(1,234)", "1234"},
                    {"3,3,5", "3,5"}});
}

TEST(SameAnswer, Matrices) {
  expect_same({{"\\begin{pmatrix} -1 & 0 \\\\ 0 & -1 \\end{pmatrix}",
                "\\begin{bmatrix}-1&0\\\\0&-1\\\\\\end{bmatrix}"},
               {"\\begin{pmatrix} -1/3 \\\\ 2/3 \\end{pmatrix}",
                "\\begin{pmatrix} -\\frac13 \\\\ \\frac23 \\end{pmatrix}"}});
  expect_different({{"\\begin{pmatrix} 1 & 2 \\end{pmatrix}", "\\begin{pmatrix} 2 & 1 \\end{pmatrix}"},
                    {"\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}",
                     "\\begin{pmatrix} 1 & 3 \\\\ 2 & 4 \\end{pmatrix}"}});
}

TEST(SameAnswer, EquationsAndInequalities) {
  expect_same({{"x=5", "5"},
               {"k = 45, n = 2", "n=2, k=45"},
               {"y = 2x + 3", "2x+3"},
               {"y=2x+3", "y-2x=3"},
               {"2x+4y-3=0", "y=-\\frac{1}{2}x+\\frac{3}{4}"},
               {"5x - 7y + 11z + 4 = 0", "-5x+7y-11z-4=0"},
               {"x = 5+5+1 = 11", "11"},
               {"x=1/3\\approx0.33", "1/3"},
               {"(p,q,r)=(3,2,7)", "(3,2,7)"},
               {"|AB|=1", "1"},
               {"f(x)=1", "1"},
               {"\\frac{NO}{BO}=\\frac{1}{\\sqrt{6}}", "\\frac{1}{\\sqrt{6}}"},
               {"x \\le 5", "5 \\geq x"},
               {"x \\ne 3", "x != 3"},
               {"a+b<c", "c>a+b"},
               {"f(2) < f(1) < f(4)", "f(4)>f(1)>f(2)"},
               {"W(x)=1orW(x)=-1", "W(n) = 1 \\text{ and } W(n) = -1"}});
  expect_different({{"x=5", "x=6"},
                    {"x=5", "y=5"},
                    {"a+3z=0", "0"},
                    {"2x+z=1", "1"},
                    {"x\\ge5", "x\\le5"},
                    {"x<1", "x>-1"},
                    {"x<1", "x\\le1"},
                    {"a+b<c", "a+b>c"},
                    {"f(2) < f(1) < f(4)", "f(1) < f(2) < f(4)"},
                    {"5x - 7y + 11z + 4 = 0", "x + y - z + 2 = 0"}});
}

TEST(SameAnswer, TextsAndChoices) {
  expect_same({{"\\text{east}", "east"},
               {"\\text{Evelyn}", "evelyn"},
               {"\\text{(B)}", "B"},
               {"(C)", "\\text{C}"},
               {"\\mathrm{E}", "E"},
               {"odd", "\\text{odd}"},
               {"\\text{even}", "$even$"}});
  expect_different({{"east", "west"},
                    {"east", "seat"},
                    {"odd", "\\text{oddd}"},
                    {"A", "B"},
                    {"12:00", "1:00"},
                    {"no", "on"},
                    {"yes", "no"},
                    {"A", "5"}});
}

TEST(SameAnswer, NumbersToABaseKeepIt) {
  expect_same({{"4210_{5}", "4210_5"}});
  expect_different({{"40_9", "40"}, {"52_8", "52_9"}});
}

}  // namespace
}  // namespace srl::grading
