// Evaluates the posterior graph of a bundle tile by tile: all values of some tens of samples of one object stay in the
// cache, from the noise to the importance weights. The program comes from TileCompiler, which says what it is made of.
//
// Lanes are samples (or objects, in the part of the program that does not depend on the sample). Each lane goes through
// the same instructions, so a result depends neither on the number of samples and objects nor on their places.

#include <jni.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

enum Operation {
  PRODUCT = 1,
  OBJECT_PRODUCT = 2,
  SUM = 3,
  SELECT = 4,
  BFLOAT16_PRODUCT = 5,
  COPY = 10,
  SILU = 11,
  SIGMOID = 12,
  TANH = 13,
  RELU = 14,
  SOFTSIGN = 15,
  EXP = 16,
  LOG = 17,
  ERF = 18,
  NEGATE = 19,
  MAGNITUDE = 20,
  ELU = 21,
  CLIP = 22,
  SQRT = 23,
  FLOOR = 24,
  ADD = 40,
  SUBTRACT = 41,
  MULTIPLY = 42,
  DIVIDE = 43,
  LARGER = 44,
  SMALLER = 45,
  GREATER = 46,
  LESS = 47,
  GREATER_OR_EQUAL = 48,
  LESS_OR_EQUAL = 49,
  EQUAL = 50,
};

// Objects that the part without samples takes at once.
constexpr int OBJECTS = 16;

// Sizes above are refused: all products of sizes below fit 64 bits, and sizes in bytes the memory of a machine.
constexpr int64_t MOST_ROWS = 1 << 16, MOST_COLUMNS = 1 << 20, MOST_NUMBERS = 1 << 26, MOST_ITEMS = 1 << 28;

// Whether another thread wants the evaluation to end: it is looked at before each tile.
inline bool isStopped(const int32_t* stop) { return __atomic_load_n(stop, __ATOMIC_RELAXED) != 0; }

inline float asFloat(int32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The rows of a product in blocks of nearly equal size.
struct Blocks {
  int rows, count, index = 0;
  Blocks(int m, int most) : rows(m), count((m + most - 1) / most) {}
  int next(int first) {
    int left = count - index++;
    return (rows - first + left - 1) / left;
  }
};

#include "check.inc"

namespace wide {
#pragma GCC push_options
#pragma GCC target("arch=skylake-avx512,prefer-vector-width=512")
#define LANES 16
#define BLOCK_ROWS 12
#include "tile.inc"
#undef LANES
#undef BLOCK_ROWS
#pragma GCC pop_options
}  // namespace wide

namespace narrow {
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define LANES 8
#define BLOCK_ROWS 6
#include "tile.inc"
#undef LANES
#undef BLOCK_ROWS
#pragma GCC pop_options
}  // namespace narrow

struct Memory {
  float* at = nullptr;
  size_t size = 0;
  float* of(size_t numbers) {
    if (numbers > size) {
      std::free(at);
      size = (numbers + 15) / 16 * 16;
      at = static_cast<float*>(std::aligned_alloc(64, size * sizeof(float)));
      if (at == nullptr) {
        size = 0;
        throw std::bad_alloc();
      }
    }
    return at;
  }
  ~Memory() { std::free(at); }
};

// Two numbers of bfloat16, the first one in the lower half. Their lower bits are zero, as the translation rounds them.
inline float pairOf(float first, float second) {
  uint32_t low, high;
  std::memcpy(&low, &first, sizeof low);
  std::memcpy(&high, &second, sizeof high);
  return asFloat(static_cast<int32_t>(low >> 16 | (high & 0xffff0000u)));
}

struct Program {
  int features, matrix, dimensions, constants, columns, rows, width, paired;
  bool isWide;
  std::vector<int32_t> objectCode, sampleCode, outputs;
  std::vector<int32_t> units;  // of each output
  std::vector<float> scalars;
  std::vector<float> packed;

  // Whether the program can be run: no instruction leaves its memory. Call it before all others.
  bool isSound(size_t weights) {
    bool sizes = features >= 0 && matrix >= 0 && dimensions >= 1 && dimensions <= rows && rows <= MOST_ROWS &&
                 static_cast<int64_t>(features) + matrix <= columns && columns <= MOST_COLUMNS &&
                 constants <= MOST_COLUMNS && weights <= MOST_NUMBERS && width >= 16 && width <= 1024 &&
                 width % 16 == 0;
    // the part without samples knows the constants; results of that part are constants of the other one
    return sizes && ProgramCheck(columns, constants, weights).code(objectCode) &&
           ProgramCheck(rows, static_cast<int64_t>(constants) + columns, weights).code(sampleCode) &&
           ProgramCheck(rows, static_cast<int64_t>(constants) + columns, weights).outputs(outputs, units);
  }

  // The most rows that a product of bfloat16 reads.
  int mostPaired() const {
    int most = 0;
    for (const auto* code : {&objectCode, &sampleCode}) {
      for (size_t i = 0; i < code->size(); i += (*code)[i]) {
        if ((*code)[i + 1] == BFLOAT16_PRODUCT) {
          most = std::max(most, (*code)[i + 4]);
        }
      }
    }
    return most;
  }

  // Products get their weights by block, [block][k][row of the block]; those of bfloat16 two by two.
  void pack(std::vector<int32_t>& code, const float* numbers) {
    for (size_t i = 0; i < code.size(); i += code[i]) {
      int32_t* c = &code[i + 1];
      if (c[0] != PRODUCT && c[0] != BFLOAT16_PRODUCT) {
        continue;
      }
      bool pairs = c[0] == BFLOAT16_PRODUCT;
      int m = c[2], k = c[3];
      const float* from = numbers + c[4];
      if (packed.size() + static_cast<size_t>(m) * k > MOST_NUMBERS) {
        throw std::length_error("weights");
      }
      c[4] = static_cast<int32_t>(packed.size());
      Blocks blocks(m, isWide ? 12 : 6);
      for (int first = 0; first < m;) {
        int some = blocks.next(first);
        for (int j = 0; j < k; j += pairs ? 2 : 1) {
          for (int r = 0; r < some; r++) {
            const float* one = from + static_cast<size_t>(first + r) * k + j;
            packed.push_back(pairs ? pairOf(one[0], one[1]) : one[0]);
          }
        }
        first += some;
      }
    }
  }

  void evaluate(float* arena, const float* same, float* pairs, int tileWidth, const std::vector<int32_t>& code) const {
    const int32_t* c = code.data();
    if (isWide) {
      wide::evaluate({arena, same, pairs, tileWidth}, c, c + code.size(), packed.data());
    } else {
      narrow::evaluate({arena, same, pairs, tileWidth}, c, c + code.size(), packed.data());
    }
  }

  // Some objects, or some samples of all objects, for each thread. Which ones changes no result.
  void runInThreads(int objects, int samples, const float* x, const float* noise, const float* whitening, bool own,
                    float* const* out, int threads, const int32_t* stop) const {
    bool byObject = objects >= threads;
    int tiles = (samples + width - 1) / width;
    int parts = std::min(threads, byObject ? objects : tiles);
    std::vector<std::future<void>> others;
    for (int part = parts - 1; part >= 0; part--) {
      auto share = [=](int all, int some) { return static_cast<int>(static_cast<int64_t>(all) * some / parts); };
      int begin = byObject ? share(objects, part) : 0;
      int end = byObject ? share(objects, part + 1) : objects;
      int first = byObject ? 0 : share(tiles, part) * width;
      int last = byObject ? samples : std::min(samples, share(tiles, part + 1) * width);
      auto work = [=] { run(begin, end, first, last, samples, x, noise, whitening, own, out, stop); };
      if (part == 0) {
        work();
      } else {
        others.push_back(std::async(std::launch::async, work));
      }
    }
    for (auto& other : others) {
      other.get();
    }
  }

  void run(int firstObject, int endObject, int firstSample, int endSample, int samples, const float* x,
           const float* noise, const float* whitening, bool own, float* const* out, const int32_t* stop) const {
    thread_local Memory columnMemory, rowMemory, scalarMemory, noiseMemory, pairMemory;
    int padded = (endSample - firstSample + width - 1) / width * width;
    float* across = noiseMemory.of(static_cast<size_t>(dimensions) * padded);
    // tile by tile, each with its dimensions as rows
    for (int first = 0; first < padded; first += width) {
      for (int d = 0; d < dimensions; d++) {
        for (int s = 0; s < width; s++) {
          int from = std::min(firstSample + first + s, samples - 1);
          across[static_cast<size_t>(first) * dimensions + d * width + s] = noise[(size_t)from * dimensions + d];
        }
      }
    }
    float* column = columnMemory.of(static_cast<size_t>(columns) * OBJECTS);
    float* arena = rowMemory.of(static_cast<size_t>(rows) * width);
    float* same = scalarMemory.of(static_cast<size_t>(constants) + columns);
    float* pairs = pairMemory.of(static_cast<size_t>(paired) / 2 * std::max(width, OBJECTS));
    std::copy(scalars.begin(), scalars.end(), same);
    for (int begin = firstObject; begin < endObject; begin += OBJECTS) {
      int some = std::min(OBJECTS, endObject - begin);
      for (int lane = 0; lane < OBJECTS; lane++) {
        size_t object = begin + std::min(lane, some - 1);
        for (int f = 0; f < features; f++) {
          column[f * OBJECTS + lane] = x[object * features + f];
        }
        const float* white = own ? whitening + object * matrix : whitening;
        for (int i = 0; i < matrix; i++) {
          column[(features + i) * OBJECTS + lane] = white[i];
        }
      }
      evaluate(column, same, pairs, OBJECTS, objectCode);
      for (int lane = 0; lane < some; lane++) {
        for (int i = 0; i < columns; i++) {
          same[constants + i] = column[i * OBJECTS + lane];
        }
        for (int first = firstSample; first < endSample; first += width) {
          if (isStopped(stop)) {
            return;
          }
          std::memcpy(arena, across + static_cast<size_t>(first - firstSample) * dimensions,
                      static_cast<size_t>(dimensions) * width * sizeof(float));
          evaluate(arena, same, pairs, width, sampleCode);
          store(arena, same, (size_t)(begin + lane) * samples + first, std::min(width, endSample - first), out);
        }
      }
    }
  }

  void store(const float* arena, const float* same, size_t first, int count, float* const* out) const {
    const int32_t* c = outputs.data();
    for (int o = 0; c < outputs.data() + outputs.size(); o++) {
      int units = *c++;
      float* to = out[o] + first * units;
      for (int u = 0; u < units; u++) {
        int r = *c++;
        if (r < 0) {
          for (int s = 0; s < count; s++) {
            to[(size_t)s * units + u] = same[~r];
          }
        } else {
          const float* from = arena + (size_t)r * width;
          for (int s = 0; s < count; s++) {
            to[(size_t)s * units + u] = from[s];
          }
        }
      }
    }
  }
};

// Memory of a buffer of Java with at least so many numbers; null: there is none.
float* memory(JNIEnv* env, jobject buffer, int64_t numbers) {
  if (buffer == nullptr || env->GetDirectBufferCapacity(buffer) < numbers) {
    return nullptr;
  }
  return static_cast<float*>(env->GetDirectBufferAddress(buffer));
}

int vectorWidth() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return 16;
  }
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 8 : 0;
}

bool hasBfloat16() { return vectorWidth() == 16 && __builtin_cpu_supports("avx512bf16"); }

void fail(JNIEnv* env, const char* type, const char* message) {
  jclass found = env->FindClass(type);
  if (found != nullptr) {
    env->ThrowNew(found, message);
  }
}

}  // namespace

extern "C" {

// The numbers of a vector that this processor has instructions for: 16, 8 or 0.
JNIEXPORT jint JNICALL Java_org_sidereus_engine_kernel_TileLibrary_lanes(JNIEnv*, jclass) { return vectorWidth(); }

// Whether this processor multiplies numbers of bfloat16.
JNIEXPORT jboolean JNICALL Java_org_sidereus_engine_kernel_TileLibrary_hasBfloat16(JNIEnv*, jclass) {
  return hasBfloat16() ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT jlong JNICALL Java_org_sidereus_engine_kernel_TileLibrary_create(
    JNIEnv* env, jclass, jintArray header, jintArray objectCode, jintArray sampleCode, jintArray outputs,
    jfloatArray constants, jfloatArray weights, jint lanes, jint width) {
  try {
    auto program = std::make_unique<Program>();
    int32_t sizes[5];
    if (env->GetArrayLength(header) != 5 || (lanes != 8 && lanes != 16) || lanes > vectorWidth()) {
      fail(env, "java/lang/IllegalArgumentException", "a program of another kind");
      return 0;
    }
    env->GetIntArrayRegion(header, 0, 5, reinterpret_cast<jint*>(sizes));
    program->features = sizes[0];
    program->matrix = sizes[1];
    program->dimensions = sizes[2];
    program->columns = sizes[3];
    program->rows = sizes[4];
    program->width = width;
    program->isWide = lanes == 16;
    auto ints = [&](jintArray from, std::vector<int32_t>& to) {
      to.resize(env->GetArrayLength(from));
      env->GetIntArrayRegion(from, 0, to.size(), reinterpret_cast<jint*>(to.data()));
    };
    ints(objectCode, program->objectCode);
    ints(sampleCode, program->sampleCode);
    ints(outputs, program->outputs);
    program->constants = env->GetArrayLength(constants);
    program->scalars.resize(program->constants);
    env->GetFloatArrayRegion(constants, 0, program->constants, program->scalars.data());
    std::vector<float> numbers(env->GetArrayLength(weights));
    env->GetFloatArrayRegion(weights, 0, numbers.size(), numbers.data());
    if (!program->isSound(numbers.size())) {
      fail(env, "java/lang/IllegalArgumentException", "a program leaves its memory");
      return 0;
    }
    program->paired = program->mostPaired();
    if (program->paired > 0 && (lanes != 16 || !hasBfloat16())) {
      fail(env, "java/lang/IllegalArgumentException", "a program with products of bfloat16");
      return 0;
    }
    program->pack(program->objectCode, numbers.data());
    program->pack(program->sampleCode, numbers.data());
    return reinterpret_cast<jlong>(program.release());
  } catch (const std::bad_alloc&) {
    fail(env, "java/lang/OutOfMemoryError", "no memory for the program of a graph");
  } catch (const std::exception&) {
    fail(env, "java/lang/IllegalStateException", "no program of a graph");
  }
  return 0;
}

JNIEXPORT void JNICALL Java_org_sidereus_engine_kernel_TileLibrary_run(
    JNIEnv* env, jclass, jlong handle, jint objects, jint samples, jobject x, jobject noise, jobject whitening,
    jboolean own, jobjectArray outputs, jint threads, jobject stop) {
  try {
    const auto* program = reinterpret_cast<const Program*>(handle);
    bool fits = program != nullptr && objects >= 0 && objects <= MOST_ITEMS && samples >= 0 && samples <= MOST_ITEMS &&
                threads >= 1 && static_cast<size_t>(env->GetArrayLength(outputs)) == program->units.size();
    if (!fits) {
      fail(env, "java/lang/IllegalArgumentException", "sizes that the kernel does not take");
      return;
    }
    int64_t points = static_cast<int64_t>(objects) * samples;
    if (points == 0) {
      return;
    }
    const float* features = memory(env, x, static_cast<int64_t>(objects) * program->features);
    const float* normal = memory(env, noise, static_cast<int64_t>(samples) * program->dimensions);
    const float* white = memory(env, whitening, static_cast<int64_t>(own ? objects : 1) * program->matrix);
    const auto* flag = reinterpret_cast<const int32_t*>(memory(env, stop, 1));
    fits = features != nullptr && normal != nullptr && flag != nullptr && (white != nullptr || program->matrix == 0);
    std::vector<float*> out(program->units.size());
    for (size_t i = 0; i < out.size(); i++) {
      jobject one = env->GetObjectArrayElement(outputs, i);
      out[i] = memory(env, one, points * program->units[i]);
      env->DeleteLocalRef(one);
      fits = fits && out[i] != nullptr;
    }
    if (!fits) {
      fail(env, "java/lang/IllegalArgumentException", "memory that is too small for an evaluation");
      return;
    }
    program->runInThreads(objects, samples, features, normal, white, own, out.data(), threads, flag);
  } catch (const std::bad_alloc&) {
    fail(env, "java/lang/OutOfMemoryError", "no memory for the evaluation of a graph");
  } catch (const std::exception&) {
    fail(env, "java/lang/IllegalStateException", "no thread for the evaluation of a graph");
  }
}

JNIEXPORT void JNICALL Java_org_sidereus_engine_kernel_TileLibrary_destroy(JNIEnv*, jclass, jlong handle) {
  delete reinterpret_cast<Program*>(handle);
}

}  // extern "C"

#include "fit.inc"
