@NullMarked
package io.millrace.registry;

import org.jspecify.annotations.NullMarked;
