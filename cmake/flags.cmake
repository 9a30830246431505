# The flags that every target of this project is compiled with.
add_library(sipweave_flags INTERFACE)

target_compile_definitions(sipweave_flags INTERFACE _GNU_SOURCE)
target_compile_options(sipweave_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef -Wvla
  -Wformat=2 -Wnull-dereference -Wdouble-promotion -fno-strict-aliasing -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  target_compile_options(sipweave_flags INTERFACE -gdwarf-4) # Debian 12's valgrind cannot read clang's DWARF 5
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  # Structs are cleared and copied where they lie. gcc would use "rep stos", which takes longer to begin than most of
  # them take in all: 30 cycles for 128 bytes, where plain stores need 8.
  set(strategy vector_loop:256:noalign,libcall:-1:noalign)
  target_compile_options(sipweave_flags INTERFACE # not where clang-tidy, which does not know them, looks
    "$<$<NOT:$<CONFIG:Debug>>:-mmemset-strategy=${strategy};-mmemcpy-strategy=${strategy}>")
endif()
if(SIPWEAVE_WERROR)
  target_compile_options(sipweave_flags INTERFACE -Werror)
endif()
# What makes it harder to turn a fault into an attack; tests/package looks whether it is there.
if(NOT SIPWEAVE_SANITIZE AND NOT SIPWEAVE_FUZZ)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|i.86)$")
    set(branches -fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    set(branches -mbranch-protection=standard)
  endif()
  target_compile_options(sipweave_flags INTERFACE -fstack-clash-protection ${branches})
  target_link_options(sipweave_flags INTERFACE LINKER:-z,relro,-z,now,--as-needed)
endif()
if(SIPWEAVE_SANITIZE)
  target_compile_options(sipweave_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(sipweave_flags INTERFACE -fsanitize=address,undefined)
endif()
if(SIPWEAVE_FUZZ)
  target_compile_options(sipweave_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SIPWEAVE_COVERAGE)
  target_compile_options(sipweave_flags INTERFACE --coverage)
  target_link_options(sipweave_flags INTERFACE --coverage)
endif()
