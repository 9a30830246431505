# Where things are installed below the prefix. Debian keeps libraries in lib/<architecture>, in /usr and in /usr/local;
# CMake knows that of /usr alone, and packages are made from any build.
if(CMAKE_LIBRARY_ARCHITECTURE AND EXISTS /etc/debian_version)
  set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE} CACHE PATH "Libraries")
endif()
include(GNUInstallDirs)
