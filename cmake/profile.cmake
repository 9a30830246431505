# Profile-guided optimisation, for gcc: the program is built once to count which ways its code goes on the captures in
# pcaps/ (scripts/train), and once more with what was counted. A sixth of all instructions fall away.
#   use      build both; the counting one in profile/
#   record   be the counting one
set(SIPWEAVE_PROFILE "" CACHE STRING "Optimise by a run over pcaps/: empty, use or record")
set(SIPWEAVE_PROFILE_DATA ${PROJECT_BINARY_DIR}/profile/data CACHE PATH "Where the counts are")

# Counts are found by the name of the object file within its build folder.
set(names -fprofile-prefix-path=${PROJECT_BINARY_DIR})

if(SIPWEAVE_PROFILE AND NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
  message(STATUS "SIPWEAVE_PROFILE: only with gcc, so not done")
elseif(SIPWEAVE_PROFILE STREQUAL "record")
  target_compile_options(sipweave_flags INTERFACE -fprofile-generate -fprofile-update=single ${names} -fprofile-dir=${SIPWEAVE_PROFILE_DATA})
  target_link_options(sipweave_flags INTERFACE -fprofile-generate)
  # The counts are written at the end, which the sandbox would refuse; and they are the same each time.
  target_compile_definitions(sipweave_flags INTERFACE SIPWEAVE_INSTRUMENTED SIPWEAVE_STEADY)
elseif(SIPWEAVE_PROFILE STREQUAL "use")
  # What the run doesn't reach is compiled as without a profile.
  target_compile_options(sipweave_flags INTERFACE -fprofile-use=${SIPWEAVE_PROFILE_DATA} -fprofile-partial-training ${names} -Wno-missing-profile -Wno-coverage-mismatch)
  set(recorder ${PROJECT_BINARY_DIR}/profile/build)
  file(GLOB_RECURSE profiled CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/*.[ch] ${PROJECT_SOURCE_DIR}/core/*.def ${PROJECT_SOURCE_DIR}/offline/*.[ch])
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/profile/done
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${SIPWEAVE_PROFILE_DATA}
    COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${recorder} -G ${CMAKE_GENERATOR}
      -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
      "-DCMAKE_C_FLAGS_RELWITHDEBINFO=${CMAKE_C_FLAGS_RELWITHDEBINFO}"
      -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=${CMAKE_INTERPROCEDURAL_OPTIMIZATION}
      -DSIPWEAVE_TESTS=OFF -DSIPWEAVE_PLUGIN=OFF
      -DSIPWEAVE_PROFILE=record -DSIPWEAVE_PROFILE_DATA=${SIPWEAVE_PROFILE_DATA}
    COMMAND ${CMAKE_COMMAND} --build ${recorder} --target sipweave
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/train ${recorder}/offline/sipweave
    COMMAND test -d ${SIPWEAVE_PROFILE_DATA} # something was counted
    COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/profile/done
    DEPENDS ${profiled} ${PROJECT_SOURCE_DIR}/scripts/train
    COMMENT "Counting which ways the code goes on pcaps/" VERBATIM)
  add_custom_target(sipweave_profile DEPENDS ${PROJECT_BINARY_DIR}/profile/done)
  add_dependencies(sipweave_flags sipweave_profile)
elseif(SIPWEAVE_PROFILE)
  message(FATAL_ERROR "SIPWEAVE_PROFILE is \"${SIPWEAVE_PROFILE}\": neither empty nor use nor record")
endif()
