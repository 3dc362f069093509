#pragma once
// How a model on a GPU computes what has more than one implementation.
#include "config/options.hpp"

namespace srl::compute {

enum class AttentionChoice { automatic, flash, own };
SRL_WORDS(AttentionChoice, "auto", "flash", "own");

struct ComputeOptions {
  AttentionChoice attention = AttentionChoice::automatic;
  void visit(config::Visitor& v) {
    v.section("compute");
    v.option("attention", attention,
             "attention over packs on a GPU in bf16: flash = LibTorch's FlashAttention-2, refused where it "
             "differs from our own kernel at the start; own = our own kernel; auto = flash where it agrees, "
             "else own");
  }
};

}  // namespace srl::compute
