// Each finding is provoked by the figures that it is about, and a run that learns has none.
#include "training/run/findings.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace srl::training {
namespace {

using testing::ElementsAre, testing::HasSubstr, testing::IsEmpty;

/// The line of an update of a run that learns; `update` counts from 0.
Json line(int update) {
  Json json = Json::object();
  const double wave = 0.02 * std::sin(update);
  json["groups"] = 8;
  json["groups_sampled"] = 10;
  json["reward_mean"] = 0.3 + 0.01 * update + wave;
  json["format_rate"] = 0.9;
  json["truncated_share"] = 0.1;
  json["filtered_share"] = 0.2;
  json["prompts_too_long"] = 1;
  json["entropy"] = 1.5 / (1 + 0.05 * update);
  json["grad_norm"] = 0.5 + wave;
  json["skipped"] = false;
  return json;
}

class FindingsOfRun : public testing::Test {
 protected:
  /// `count` updates of a run that learns, each changed by `change`.
  void run(int count, const std::function<void(Json&)>& change = {}) {
    for (int i = 0; i < count; ++i) {
      Json json = line(updates_++);
      if (change) { change(json); }
      findings_.add(json);
    }
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Finding& finding : findings_.now()) { names.emplace_back(finding.name); }
    return names;
  }
  std::string text() const { return findings_.now().at(0).text; }
  std::string end(std::optional<double> changed = 0.5) const {
    const auto found = findings_.at_end(changed);
    return found.empty() ? "" : std::string(found[0].name) + ": " + found[0].text;
  }

  Options options_;
  Findings findings_{options_};
  int updates_ = 0;
};

auto set(const char* name, double value) {
  return [=](Json& json) { json[name] = value; };
}

TEST_F(FindingsOfRun, AreNoneWhereItLearns) {
  run(40);
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(end(), "");
}

TEST_F(FindingsOfRun, SayNothingAfterOneOrTwoUpdates) {
  run(2, set("format_rate", 0));
  EXPECT_THAT(names(), IsEmpty());
  run(1, set("format_rate", 0));
  EXPECT_THAT(names(), ElementsAre("format"));
}

TEST_F(FindingsOfRun, NameWrongFormat) {
  run(5, set("format_rate", 0.03));
  EXPECT_THAT(names(), ElementsAre("format"));
  EXPECT_THAT(text(), HasSubstr("only 3.0% of the completions have the right format (last 5 updates)"));
  EXPECT_THAT(text(), HasSubstr("format_sft.ini"));
  run(30);
  EXPECT_THAT(names(), IsEmpty());  // it has learned the format
}

TEST_F(FindingsOfRun, DoNotAskRewardsOfAnswersForAFormat) {
  options_.signal.kind = objective::SignalKind::outcome;
  run(5, set("format_rate", 0));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(FindingsOfRun, NameUpdatesWithoutGroups) {
  const auto empty = [](Json& json) {
    json["groups"] = 0;
    json["filtered_share"] = 1.0;
    json["entropy"] = Json();
    json["grad_norm"] = Json();
    json["reward_mean"] = 0.97;
  };
  run(4, empty);
  EXPECT_THAT(names(), ElementsAre("no_group"));
  EXPECT_THAT(text(), HasSubstr("100% of the updates kept no group"));
  EXPECT_THAT(text(), HasSubstr("the model can do these steps already"));
  EXPECT_THAT(end(), HasSubstr("no_group: nothing was learned: no group was kept in 4 updates"));
  Findings one(options_);
  Json only = line(0);
  empty(only);
  one.add(only);
  EXPECT_THAT(one.at_end(0.5).at(0).text, HasSubstr("no group was kept in 1 update, so that"));
}

TEST_F(FindingsOfRun, NameAnswersThatAreCut) {
  run(5, set("truncated_share", 0.6));
  EXPECT_THAT(names(), ElementsAre("truncated"));
  EXPECT_THAT(text(),
              HasSubstr("60% of the completions are cut (last 5 updates): raise --sampling.max_new_tokens"));
}

TEST_F(FindingsOfRun, NameGroupsOfEqualRewards) {
  run(5, set("filtered_share", 0.95));
  EXPECT_THAT(names(), ElementsAre("equal_rewards"));
  run(10, [](Json& json) {
    json["filtered_share"] = 0.95;
    json["reward_mean"] = 0.99;
  });
  EXPECT_THAT(names(), IsEmpty());  // it has learned these steps
}

TEST_F(FindingsOfRun, NameACollapsedEntropyButNotThatOfAModelThatCanDoIt) {
  run(15);
  run(10, set("entropy", 0.002));
  EXPECT_THAT(names(), ElementsAre("entropy"));
  EXPECT_THAT(text(), HasSubstr("to 0.0020 nats per token"));
  run(10, [](Json& json) {
    json["entropy"] = 0.002;
    json["reward_mean"] = 0.98;
  });
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(FindingsOfRun, NameGradientsThatExplodeOrAreNotFinite) {
  run(25);
  run(10, set("grad_norm", 40));
  EXPECT_THAT(names(), ElementsAre("gradient"));
  run(1, [](Json& json) {
    json["skipped"] = true;
    json["grad_norm"] = Json();
  });
  EXPECT_THAT(names(), ElementsAre("not_finite", "gradient"));
}

TEST_F(FindingsOfRun, NamePromptsThatAreTooLong) {
  run(5, set("prompts_too_long", 30));
  EXPECT_THAT(names(), ElementsAre("too_long"));
  EXPECT_THAT(text(), HasSubstr("150 of the last 200 prompts were too long"));
  Findings whole(options_);
  for (int i = 0; i < 5; ++i) {
    Json json = line(i);
    if (i == 0) {
      json["too_long"]["instances"] = 100;
      json["too_long"]["prompts"] = 70;
    }
    whole.add(json);
  }
  EXPECT_THAT(whole.now().at(0).text, HasSubstr("70 of 100 training instances are too long and left out"));
}

TEST_F(FindingsOfRun, NameAGainThatTheControlHasToo) {
  const auto validation = [&](double similarity, double control) {
    Json json = Json::object();
    json["similarity_given_format"] = similarity;
    json["control_shuffled"] = control;
    findings_.add_validation(json);
  };
  validation(0.3, 0.2);
  run(5);
  validation(0.4, 0.22);
  EXPECT_THAT(names(), IsEmpty());
  validation(0.4, 0.31);
  EXPECT_THAT(names(), ElementsAre("control"));
  EXPECT_THAT(text(), HasSubstr("rose by 0.100, but that to other questions' steps by 0.110"));
}

TEST_F(FindingsOfRun, SayAtTheEndThatNothingWasLearned) {
  run(40, set("reward_mean", 0.3));
  EXPECT_THAT(
      end(),
      HasSubstr("reward: nothing was learned: the mean reward of the last 10 updates (0.300) is not above"));
  EXPECT_THAT(end(0.00001), HasSubstr("weights: nothing was learned: only 0.0010% of the weights differ"));
  Findings few(options_);
  for (int i = 0; i < 10; ++i) { few.add(line(0)); }
  EXPECT_THAT(few.at_end(0.5), IsEmpty());  // ten updates decide nothing
}

TEST_F(FindingsOfRun, SayAtTheEndThatOnlyTheStyleWasLearned) {
  run(40);
  const auto rising = [](double first, double last) {
    std::vector<double> values(20, first);
    std::fill(values.begin() + 10, values.end(), last);
    return values;
  };
  const auto end_with = [&](double own, double others) {
    return findings_.at_end(0.5, {rising(0.4, 0.4 + own), rising(0.2, 0.2 + others)});
  };
  EXPECT_THAT(end_with(0.1, 0.05), IsEmpty());
  EXPECT_THAT(end_with(0.01, 0.01), IsEmpty());  // too small to judge
  const auto found = end_with(0.1, 0.09);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "style");
  EXPECT_EQ(
      found[0].text,
      "nothing was learned about the steps: in the samples the similarity to the expert's steps rose by "
      "0.100, but that to other problems' steps by 0.090: this is a gain of style");
}

TEST_F(FindingsOfRun, SupervisedRunsHaveNoRewards) {
  for (int i = 0; i < 30; ++i) {
    Json json = Json::object();
    json["entropy"] = 0.3;
    json["grad_norm"] = 5;
    json["prompts_too_long"] = 0;
    findings_.add(json);
  }
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(end(), "");
}

}  // namespace
}  // namespace srl::training
