// Rows by id on a GPU against the CPU in fp64: gathered, and added up by sorted ids.
#include "compute/gather.hpp"

#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

struct Case {
  std::int64_t rows, width, ids;
};
const std::vector<Case> cases{
    {1, 1, 1},   {40, 24, 5},  {7, 33, 100},
#ifndef SRL_FEW_SHAPES
    {300, 8, 3}, {9, 576, 50}, {5, 896, 20}, {3, 3584, 4}, {2, 4096, 9},
#endif
};

std::vector<std::int64_t> random_ids(const Case& of) {
  std::mt19937 random(1);
  std::vector<std::int64_t> ids;
  for (std::int64_t r = 0; r < of.rows; ++r) { ids.push_back(static_cast<std::int64_t>(random() % of.ids)); }
  ids.back() = of.ids - 1;
  return ids;
}

class Gather : public OnAGpu {
 protected:
  template <class T>
  void expect_gathered(const Case& of) {
    const std::vector<std::int64_t> ids = random_ids(of);
    const std::vector<T> table = random_elements<T>(static_cast<std::size_t>(of.ids * of.width), 2);
    const Span<T> out = for_results<T>(static_cast<std::size_t>(of.rows * of.width));
    const std::vector<std::int32_t> narrow(ids.begin(), ids.end());
    gather_rows(stream(), GpuRows<T>(on_gpu(table), of.ids, of.width), on_gpu(narrow),
                GpuRows<T>(out, of.rows, of.width));
    std::vector<double> expected(out.size());
    gather_rows(doubles(table).data(), ids.data(), Rows<double>(expected.data(), of.rows, of.width));
    EXPECT_EQ(doubles(on_host(out)), expected) << of.rows << " x " << of.width;
  }

  template <class T, class G>
  void expect_scattered(const Case& of) {
    const std::vector<std::int64_t> ids = random_ids(of);
    const std::vector<T> x = random_elements<T>(static_cast<std::size_t>(of.rows * of.width), 3);
    const std::vector<G> start = random_elements<G>(static_cast<std::size_t>(of.ids * of.width), 4);
    const RowsById by_id = sort_rows(ids);
    const auto run = [&] {
      const Span<G> table = on_gpu(start);
      scatter_add_rows<T, G>(stream(), GpuRows<T>(on_gpu(x), of.rows, of.width),
                             {on_gpu(by_id.ids), on_gpu(by_id.first), on_gpu(by_id.rows)},
                             GpuRows<G>(table, of.ids, of.width));
      return on_host(table);
    };
    std::vector<double> reference = doubles(start);
    const std::vector<double> exact = doubles(x);
    scatter_add_rows<double>({exact.data(), of.rows, of.width}, ids.data(), reference.data());
    std::vector<float> sums(reference.size()), values(x.size());
    std::transform(start.begin(), start.end(), sums.begin(), [](G e) { return value_of(e); });
    std::transform(x.begin(), x.end(), values.begin(), [](T e) { return value_of(e); });
    scatter_add_rows<float>({values.data(), of.rows, of.width}, ids.data(), sums.data());
    std::vector<G> plain;
    for (const float sum : sums) { plain.push_back(element<G>(sum)); }
    const std::vector<G> kernel = run();
    expect_close(kernel, plain, reference, std::to_string(of.rows) + " x " + std::to_string(of.width));
    EXPECT_EQ(kernel, plain) << "the rows are added in their order";
    expect_equal_bits(schedules_of(of.width < 40), run);
  }
};

TEST_F(Gather, RowsAreThoseOfTheTable) {
  for (const Case& of : cases) {
    expect_gathered<float>(of);
    expect_gathered<Bf16>(of);
  }
}

TEST_F(Gather, SumsAreCloseToFp64) {
  for (const Case& of : cases) {
    expect_scattered<float, float>(of);
    expect_scattered<Bf16, float>(of);
    expect_scattered<Bf16, Bf16>(of);
  }
}

TEST(RowsById, AreSortedAndKeepTheirOrder) {
  const RowsById by_id = sort_rows(std::vector<std::int64_t>{7, 2, 7, 0, 2, 7});
  EXPECT_EQ(by_id.ids, (std::vector<std::int32_t>{0, 2, 7}));
  EXPECT_EQ(by_id.first, (std::vector<std::int32_t>{0, 1, 3, 6}));
  EXPECT_EQ(by_id.rows, (std::vector<std::int32_t>{3, 1, 4, 0, 2, 5}));
  const RowsById none = sort_rows({});
  EXPECT_TRUE(none.ids.empty() && none.rows.empty());
  EXPECT_EQ(none.first, std::vector<std::int32_t>{0});
}

TEST_F(Gather, NoRowsAndWrongShapes) {
  const Span<float> memory = on_gpu(std::vector<float>(24));
  const Span<std::int32_t> ids = on_gpu(std::vector<std::int32_t>(3));
  const GpuRows<float> table(memory, 2, 12);
  gather_rows<float>(stream(), table, {}, GpuRows<float>(memory, 0, 12));
  scatter_add_rows<float, float>(stream(), GpuRows<float>(memory, 0, 12), {{}, ids.first(1), {}}, table);
  EXPECT_EQ(on_host(memory), std::vector<float>(24));
  EXPECT_THROW(gather_rows<float>(stream(), table, ids, table), Bug);
  EXPECT_THROW(gather_rows<float>(stream(), table, ids.first(2), GpuRows<float>(memory, 2, 11)), Bug);
  const auto scatter = [&](const GpuRows<float>& x, const GpuRowsById& by_id) {
    scatter_add_rows<float, float>(stream(), x, by_id, table);
  };
  EXPECT_THROW(scatter(table, {ids.first(2), ids, ids}), Bug);
  EXPECT_THROW(scatter(table, {ids, ids, ids.first(2)}), Bug);
  EXPECT_THROW(scatter(GpuRows<float>(memory, 2, 11), {ids.first(2), ids, ids.first(2)}), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
