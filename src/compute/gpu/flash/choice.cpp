#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/attention_choice.hpp"
#include "compute/gpu/flash/back_end.hpp"
#include "compute/gpu/flash/comparison.hpp"

namespace srl::compute {
namespace {

ChosenAttention own(std::string reason) {
  return {false, std::move(reason), {}};
}

/// With `auto` nothing that goes wrong with FlashAttention ends the job.
ChosenAttention unusable(AttentionChoice wanted, const char* reason, const std::string& text) {
  if (wanted == AttentionChoice::flash) {
    throw BadInput(cat("compute.attention = flash: ", text, "; use auto or own"));
  }
  return {false, reason, text};
}

ChosenAttention compared(AttentionChoice wanted, const device::Device& device, const AttentionShape& shape) {
  flash::Difference found;
  try {
    found = flash::compare(device::Stream(device), shape);
  } catch (const EnvironmentError& error) {
    return unusable(wanted, "FlashAttention-2 failed", error.what());
  }
  if (!found.allowed()) {
    return unusable(
        wanted, "FlashAttention-2 differs from it",
        cat("FlashAttention-2 on ", device.name(), " differs from our own kernel: ", found.where));
  }
  return {true, cat("it agrees with our own kernel: the largest difference is ", found.share_text()), {}};
}

}  // namespace

std::string ChosenAttention::text() const {
  return cat("attention over packs: ", flash ? "FlashAttention-2" : "our own kernel", " (", reason, ")");
}

bool plans_flash_attention(AttentionChoice wanted, device::Dtype dtype) {
  if (dtype != device::Dtype::bf16 || wanted == AttentionChoice::own) { return false; }
  return wanted == AttentionChoice::flash || flash::is_automatic();
}

ChosenAttention choose_attention(AttentionChoice wanted, const device::Device& device, device::Dtype dtype,
                                 const AttentionShape& shape) {
  const bool asked = wanted == AttentionChoice::flash;
  if (wanted == AttentionChoice::own) { return own("compute.attention = own"); }
  if (asked && device.kind == device::Kind::cpu) {
    throw BadOption("compute.attention = flash needs a GPU: on a CPU use auto");
  }
  if (asked && dtype != device::Dtype::bf16) {
    throw BadOption(cat("compute.attention = flash needs dtype = bf16, not ", word(dtype), ": use auto"));
  }
  if (device.kind == device::Kind::cpu) { return own("on a CPU"); }
  if (dtype != device::Dtype::bf16) { return own(cat("in ", word(dtype))); }
  if (asked && !flash_attention_available()) {
    throw BadInput("compute.attention = flash: this build has no FlashAttention; use auto or own");
  }
  if (!asked && !(flash_attention_available() && flash::is_automatic())) {
    return own("compute.attention = auto");
  }
  return compared(wanted, device, shape);
}

}  // namespace srl::compute
