package practice
