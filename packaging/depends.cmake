# What packages depend on where CPack can't find it out by itself; read when packages are made.
# CPACK_SIPWEAVE_LIBRARY is the shared library, CPACK_SIPWEAVE_WIRESHARK the version that the plugin is for.
set(work ${CPACK_PACKAGE_DIRECTORY}/_CPack_Packages/depends)
file(WRITE ${work}/debian/control "") # dpkg-shlibdeps wants to see one
execute_process(COMMAND dpkg-shlibdeps -O ${CPACK_SIPWEAVE_LIBRARY} WORKING_DIRECTORY ${work}
  OUTPUT_VARIABLE depends OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^.*Depends=" "" CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${depends}")

# Wireshark loads a plugin from a folder that is named after its minor version, and no other version's plugin: so the
# plugin is tied to the package of that version's library, libwireshark16 (>= 4.0), (<< 4.1~).
if(CPACK_SIPWEAVE_WIRESHARK)
  execute_process(COMMAND dpkg-query --search "*/libwireshark.so.[0-9]*" OUTPUT_VARIABLE owner COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "^libwireshark[0-9][^:, ]*" library "${owner}")
  string(REGEX MATCH "^([0-9]+)\\.([0-9]+)" minor "${CPACK_SIPWEAVE_WIRESHARK}")
  math(EXPR next "${CMAKE_MATCH_2} + 1")
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_DEPENDS "${library} (>= ${minor}), ${library} (<< ${CMAKE_MATCH_1}.${next}~)")
endif()
