package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"medoffice/modules"
)

func userCommand(c *commands) *cobra.Command {
	return group("user", "Manage the accounts of people.",
		userAddCommand(c), userPasswordCommand(c), userGrantCommand(c), userFactorCommand(c))
}

func userAddCommand(c *commands) *cobra.Command {
	var name string
	var roles []string
	cmd := &cobra.Command{
		Use:   "add USERNAME --role=ROLE,...",
		Short: "Add an account.",
		Long: `Add an account. Its password is read from standard input.

USERNAME is the name to sign in with.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.addUser(cmd.Context(), args[0], cmp.Or(name, args[0]), roles)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "The `NAME` that others see, default the username")
	cmd.Flags().Var(commas(&roles, "ROLE"), "role", "The roles: FRONT_DESK, NURSE, PHYSICIAN, ADMIN, …")
	_ = cmd.MarkFlagRequired("role")
	return cmd
}

func (c *commands) addUser(ctx context.Context, username, name string, roles []string) error {
	password, err := c.askPassword()
	if err != nil {
		return err
	}
	return c.with(ctx, "command line", func(ctx context.Context, o *modules.Office) error {
		id, err := o.Access.AddAccount(ctx, username, name, password, roles...)
		if err == nil {
			fmt.Fprintln(c.out, "added", id)
		}
		return err
	})
}

func userPasswordCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "password USERNAME",
		Short: "Set the password of an account.",
		Long: `Set the password of an account. It is read from standard input.

USERNAME is the name to sign in with.`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.setPassword(cmd.Context(), args[0]) },
	}
}

func (c *commands) setPassword(ctx context.Context, username string) error {
	password, err := c.askPassword()
	if err != nil {
		return err
	}
	return c.with(ctx, "command line", func(ctx context.Context, o *modules.Office) error {
		return o.Access.ReplacePassword(ctx, username, password)
	})
}

func userGrantCommand(c *commands) *cobra.Command {
	var own bool
	cmd := &cobra.Command{
		Use:   "grant USERNAME ROLE",
		Short: "Give an account a role.",
		Long: `Give an account a role.

USERNAME is the name to sign in with.

ROLE is the role to give.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), "command line", func(ctx context.Context, o *modules.Office) error {
				return o.Access.Grant(ctx, args[0], args[1], own)
			})
		},
	}
	cmd.Flags().Var(toggle{&own}, "own-patients", "Only for the charts of the person's own patients")
	return cmd
}

func userFactorCommand(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:   "drop-second-factor USERNAME",
		Short: "Remove the lost second factor of an account.",
		Long: `Remove the lost second factor of an account.

USERNAME is the name to sign in with.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd.Context(), "command line", func(ctx context.Context, o *modules.Office) error {
				return o.Access.DropSecondFactor(ctx, args[0])
			})
		},
	}
}

// askPassword reads one line from standard input, so that the password stays
// out of the history of the shell.
func (c *commands) askPassword() (string, error) {
	fmt.Fprint(c.errs, "Password: ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("no password given on standard input: %w", err)
	}
	return line, nil
}

func tokenCommand(c *commands) *cobra.Command {
	return group("token", "Manage the tokens of programs.", tokenCreateCommand(c))
}

type tokenCreate struct {
	location string
	days     int
}

func tokenCreateCommand(c *commands) *cobra.Command {
	var t tokenCreate
	cmd := &cobra.Command{
		Use:   "create NAME ROLE",
		Short: "Make a token for a program and print it once.",
		Long: `Make a token for a program and print it once.

NAME says what the token is for.

ROLE is the one role of the program, such as BOARD or REPORT.`,
		RunE: func(cmd *cobra.Command, args []string) error { return t.run(cmd.Context(), c, args[0], args[1]) },
	}
	cmd.Flags().StringVar(&t.location, "location", "", "The `ID` of the only location that it may see")
	cmd.Flags().IntVar(&t.days, "days", 90, "The `NUMBER` of days for which it is valid")
	return cmd
}

func (t *tokenCreate) run(ctx context.Context, c *commands, name, role string) error {
	return c.with(ctx, "command line", func(ctx context.Context, o *modules.Office) error {
		secret, err := o.Access.IssueToken(ctx, name, role, t.location, time.Duration(t.days)*24*time.Hour)
		if err == nil {
			fmt.Fprintln(c.out, secret)
		}
		return err
	})
}
