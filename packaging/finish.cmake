# The last touch to the folders that become packages.
set(folders ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr)

# Debian wants these compressed; no time and no name inside.
file(GLOB_RECURSE files ${folders}/share/man/man*/*.[1-8] ${folders}/share/doc/*/changelog.Debian)
if(files)
  execute_process(COMMAND gzip -9n ${files} COMMAND_ERROR_IS_FATAL ANY)
endif()

# A package isn't moved about, so pkg-config may say plainly that all is in /usr: then compilers need no option to find it.
file(GLOB_RECURSE files ${folders}/lib/*.pc)
foreach(file IN LISTS files)
  file(READ ${file} text)
  string(REGEX REPLACE "^#[^\n]*\nprefix=[^\n]*" "prefix=/usr" text "${text}")
  file(WRITE ${file} "${text}")
endforeach()
