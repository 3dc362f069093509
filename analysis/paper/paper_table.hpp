#pragma once
// The paper's table of mathematics beside measured models.
#include "analysis/document/document.hpp"
#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

/// The paper's rows (Qwen2.5-7B-Instruct, Avg@32 and greedy; docs/method.md, "Settings of the paper's runs"),
/// then one row per measured model and settings, from its records of view whole. A benchmark is known by its
/// name: amc23, aime24, aime25 and minerva, in any case, alone or before "_", "-" or a year's other half. The
/// last column is the mean of the seven others, where all are there.
Section paper_section(const AccuracyTable& accuracy);

}  // namespace srl::analysis
